import { describe, expect, test } from 'vitest';
import { noCounts } from '../../../src/contracts/run.js';
import type { SyncProgress, SyncResult } from '../../../src/contracts/sync-workflow.js';
import { followRun, type FollowOptions } from '../../../src/cli/runs/follow-run.js';
import type { Progress } from '../../../src/cli/runs/progress-text.js';

const result: SyncResult = { runId: 'run-1', sync: 's', mode: 'full', state: 'succeeded', counts: noCounts, message: null };
const answer: SyncProgress = { runId: 'run-1', phase: 'reading and writing', paused: false, stopping: false, counts: { ...noCounts, read: 1 } };
const never = new Promise<never>(() => undefined);

/** Follows a run until `enough` says so; then the run ends as `end` does. */
function following(parts: Partial<FollowOptions['handle']>, enough: (seen: readonly Progress[]) => void, rest: Partial<FollowOptions> = {}): { end: ReturnType<typeof followRun>; seen: Progress[] } {
  const seen: Progress[] = [];
  const end = followRun({
    handle: { result: () => never, progress: () => Promise.resolve(answer), ...parts },
    readCounts: () => Promise.resolve({ ...noCounts, read: 42 }),
    expect: () => Promise.resolve(100),
    show: (progress) => { seen.push(progress); enough(seen); },
    signal: new AbortController().signal,
    everyMs: 1,
    ...rest,
  });
  return { end, seen };
}

describe('followRun', () => {
  test('shows the phase from the workflow and the counts from the store, and gives the result', async () => {
    const { promise, resolve } = promiseOf<SyncResult>();
    const { end, seen } = following({ result: () => promise }, (all) => { if (all.length === 2) resolve(result); });
    expect(await end).toEqual({ kind: 'ended', result });
    expect(seen[0]).toMatchObject({ phase: 'reading and writing', counts: { read: 42 }, expected: 100 });
  });

  test('lets go when asked to', async () => {
    const letGo = new AbortController();
    const { end } = following({}, () => { letGo.abort(); }, { signal: letGo.signal });
    expect(await end).toEqual({ kind: 'detached' });
  });

  test('says that it waits for a worker until the workflow answers', async () => {
    const letGo = new AbortController();
    const { end, seen } = following({ progress: () => Promise.reject(new Error('no poller')) }, () => { letGo.abort(); }, { signal: letGo.signal });
    await end;
    expect(seen[0]).toMatchObject({ phase: 'waiting for a worker', counts: { read: 0 } });
  });

  test('goes on with what it knows while the store or the workflow does not answer', async () => {
    const letGo = new AbortController();
    let asked = 0;
    const { end, seen } = following(
      { progress: () => (asked++ === 0 ? Promise.resolve(answer) : Promise.reject(new Error('late'))) },
      (all) => { if (all.length === 3) letGo.abort(); },
      { signal: letGo.signal, readCounts: () => Promise.reject(new Error('no database')), expect: () => Promise.reject(new Error('no database')) },
    );
    await end;
    expect(seen[2]).toMatchObject({ phase: 'reading and writing', counts: { read: 1 }, expected: null });
  });

  test('tells a failure with the run that failed', async () => {
    const { promise, reject } = promiseOf<SyncResult>();
    const failure = new Error('failed');
    const { end } = following({ result: () => promise }, () => { reject(failure); });
    expect(await end).toEqual({ kind: 'failed', error: failure, runId: 'run-1' });
  });
});

function promiseOf<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void; reject: (reason: Error) => void } {
  let settle: { resolve: (value: Value) => void; reject: (reason: Error) => void } | undefined;
  const promise = new Promise<Value>((resolve, reject) => { settle = { resolve, reject }; });
  return { promise, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) };
}
