import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import { park, type NewDeadLetter } from '../../src/store/dead-letters.js';
import { newId } from '../../src/store/new-id.js';
import type { FollowUps } from '../sync/batch-writer.js';
import type { PlannedWrite } from '../sync/planned-write.js';
import type { RunContext } from '../sync/run-context.js';
import { differences } from './check-writes.js';

/**
 * createApplyFollowUps makes what follows when the target differs from what a plan was approved for: a newer version is
 * written to only where the fields that are set still hold what the plan saw. Everything else waits for a person.
 */
export function createApplyFollowUps(context: RunContext, signal: AbortSignal): FollowUps {
  const refuse = async (write: PlannedWrite, code: string, message: string): Promise<undefined> => {
    await park(context.database, context.scope, [planLetter(write, code, message)]);
    write.page.count({ parked: 1 });
  };
  return {
    adopt: (write) => refuse(write, 'exists-at-target', 'The target says that it has this record already; the plan was made to create it.'),
    readAgain: async (write) => {
      const { intent } = write;
      const current = intent.externalId === null ? null : await context.target.connector.get(context.target.objectName, intent.externalId, signal);
      if (current === null) return refuse(write, 'gone-at-target', 'The target no longer has this record.');
      const fields = differences(intent.before, current).map(({ field }) => field);
      if (fields.length > 0) return refuse(write, 'changed-since-plan', `The target no longer holds what the plan saw in ${fields.join(', ')}.`);
      return { ...write, conflicts: write.conflicts + 1, intent: { ...intent, id: newId(), expectedVersion: current.version } };
    },
  };
}

/** planLetter parks a planned write that could not be carried out. */
export function planLetter({ intent, payload }: Pick<PlannedWrite, 'intent' | 'payload'>, code: string, message: string): NewDeadLetter {
  return {
    sourceId: intent.sourceId, stage: 'write', code, errorFingerprint: errorFingerprint(`${code} plan`), message, problems: [], payload,
    request: { kind: intent.kind, id: intent.externalId, fields: intent.after }, responseExcerpt: null,
  };
}
