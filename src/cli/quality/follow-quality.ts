import { setTimeout as sleep } from 'node:timers/promises';
import type { QualityHandle } from '../../client/quality-client.js';
import type { SyncProgress } from '../../contracts/sync-workflow.js';
import type { CommandContext } from '../run-command.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import { counted } from '../terminal/wording.js';

/** FollowedEnd is how following a run ended: with its result, with its failure, or because the caller let go of it. */
export type FollowedEnd<Result> =
  | { readonly kind: 'ended'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'detached' };

const ASK_EVERY_MS = 500;

/** followQuality shows how many records a quality run has read until it ends or the caller lets go of it. */
export async function followQuality<Result>({ terminal, signal }: CommandContext, handle: QualityHandle<Result>): Promise<FollowedEnd<Result>> {
  const display = new ProgressDisplay(terminal.errors);
  const ended = handle.result().then((result): FollowedEnd<Result> => ({ kind: 'ended', result }), (error: unknown): FollowedEnd<Result> => ({ kind: 'failed', error }));
  const detached = new Promise<FollowedEnd<Result>>((resolve) => { signal.addEventListener('abort', () => { resolve({ kind: 'detached' }); }, { once: true }); });
  let asking = false;
  let progress: SyncProgress | undefined;
  try {
    for (;;) {
      const end = await Promise.race([ended, detached, sleep(ASK_EVERY_MS)]);
      if (end !== undefined) return end;
      // Without a worker a question is answered late or never; the end of the run must not wait for it.
      if (!asking) {
        asking = true;
        void handle.progress().then((answer) => { progress = answer; }, () => undefined).finally(() => { asking = false; });
      }
      const text = progress === undefined ? 'waiting for a worker' : `${counted(progress.counts.read, 'record')} read`;
      display.show(() => text, () => `${handle.quality}: ${text}`);
    }
  } finally {
    display.clear();
  }
}
