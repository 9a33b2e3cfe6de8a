import type { PairWrite } from '../../src/domain/merge/pair-decision.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import { unflatten } from '../../src/domain/merge/flat-values.js';
import { park } from '../../src/store/dead-letters.js';
import { intend } from '../../src/store/ledger.js';
import { refuse } from '../../src/store/plan-refusals.js';
import { noteWrites } from '../../src/store/plan-writes.js';
import { observeStates, type Pair, type PairSide } from '../../src/store/pairs.js';
import type { WriteLedger } from '../sync/batch-writer.js';
import { createBatchWriter } from '../sync/create-writer.js';
import { unansweredLetter } from '../sync/dead-letter.js';
import { PlanWriter } from '../sync/plan-writer.js';
import type { PlannedWrite } from '../sync/planned-write.js';
import type { RecordWriter } from '../sync/record-writer.js';
import { approvedFor } from './approved-writes.js';
import type { PairBatchOptions } from './pair-batch.js';
import { createPairFollowUps } from './pair-follow-ups.js';
import { pairIntent } from './pair-intent.js';
import type { PairProgress } from './pair-page.js';
import { settlePairWrites } from './recover-both-ways.js';

/** PairWriters takes on the writes of pairs, to whichever side they go. */
export interface PairWriters {
  add(pair: Pair, write: PairWrite): Promise<void>;
  drain(): Promise<void>;
}

/** createPairWriters makes the two writers of a batch, one for each side; those of a plan send nothing. */
export function createPairWriters(options: PairBatchOptions, progress: ReadonlyMap<string, PairProgress>): PairWriters {
  const { conflicts } = options;
  const writers: Readonly<Record<PairSide, RecordWriter>> = { target: sideWriter(options, 'target', progress), source: sideWriter(options, 'source', progress) };
  return {
    add: async (pair, write) => {
      const own = progress.get(pair.entityId);
      if (own === undefined) throw new Error('a write of a pair that is not in the batch');
      const planned = await plannedWrite(options, pair, write, own, conflicts.get(pair.entityId) ?? 0);
      if (planned === undefined) return;
      own.page.expect(1);
      await writers[write.side].add(planned);
    },
    drain: async () => {
      // Both are waited for, so that none goes on unseen when the other fails.
      const [target, source] = await Promise.allSettled([writers.target.drain(), writers.source.drain()]);
      for (const ended of [target, source]) if (ended.status === 'rejected') throw ended.reason;
    },
  };
}

function sideWriter(options: PairBatchOptions, side: PairSide, progress: ReadonlyMap<string, PairProgress>): RecordWriter {
  const { context, trouble, signal } = options;
  const towards = context.towards[side];
  if (towards.run.mode === 'plan') return new PlanWriter(towards);
  return createBatchWriter(towards, trouble, signal, { ledger: pairLedger(options, side, progress), followUps: createPairFollowUps(options, side, progress) });
}

function pairLedger({ context }: PairBatchOptions, side: PairSide, progress: ReadonlyMap<string, PairProgress>): WriteLedger {
  const { database, scope } = context.towards[side];
  return {
    intend: async (writes) => {
      // Before the writes themselves, so that none that a plan asked for can be without it.
      await noteWrites(database, writes.flatMap(({ plannedId, intent }) => (plannedId === undefined ? [] : [{ plannedId, writeId: intent.id }])));
      return intend(database, scope, writes.map((write) => write.intent));
    },
    settle: (settlements) => settlePairWrites(context, side, settlements),
    park: async (letters) => {
      // A record that is gone is no failure: the pair is merged again, by the rule for records that are gone.
      const gone = letters.filter(({ code }) => code === 'gone-at-target');
      await observeStates(database, context.towards.target.scope, side, gone.flatMap(({ request }) => (typeof request?.['id'] === 'string' ? [{ id: request['id'], state: 'gone' as const, version: null, atMs: null }] : [])));
      for (const { request } of gone) for (const each of progress.values()) if (each.writesTo(side, request?.['id'])) each.again = true;
      await park(database, scope, letters.filter((letter) => !gone.includes(letter)));
    },
  };
}

async function plannedWrite({ context, hopeless, approved }: PairBatchOptions, pair: Pair, write: PairWrite, progress: PairProgress, conflicts: number): Promise<PlannedWrite | undefined> {
  const { side, kind, changed } = write;
  const { database, scope, run } = context.towards[side];
  const from = pair[side === 'target' ? 'source' : 'target'];
  const to = pair[side];
  const sourceId = from.id ?? '';
  progress.writing(side, to.id);
  const payload = unflatten(from.values);
  if (hopeless[side].has(sourceId)) {
    await park(database, scope, [unansweredLetter({ id: sourceId, version: from.version, updatedAtMs: null, deleted: false, inactive: false, data: payload })]);
    progress.parked += 1;
    return undefined;
  }
  const made = pairIntent(context, pair, write);
  if (!made.ok) {
    const message = made.problems.map(({ field, message: why }) => `${field}: ${why}`).join(' ');
    const problems = made.problems.map(({ field, code, message: why }) => ({ field, code, message: why }));
    if (run.mode === 'plan') {
      const fields = problems.map(({ field, message: why }) => ({ field, message: why }));
      await refuse(database, run.id, [{ sourceObject: scope.sourceObject, sourceId, targetObject: scope.targetObject, externalId: to.id, code: 'not-reversible', message, fields }]);
    } else {
      await park(database, scope, [{
        sourceId, stage: 'map', code: 'not-reversible', errorFingerprint: errorFingerprint(problems.map(({ field, code }) => `${field} ${code}`).join('; ')), message, problems,
        payload, request: null, responseExcerpt: null,
      }]);
    }
    progress.parked += 1;
    return undefined;
  }
  const { intent } = made;
  const plannedId = approved === undefined ? undefined : approvedFor(context, side, intent, approved.get(pair.entityId) ?? [])?.id;
  return {
    page: progress.page, payload, conflicts, keys: side === 'target' && kind !== 'archive' && kind !== 'delete' ? context.keys({ ...to.values, ...changed }) : [], droppedKeys: [],
    ...(plannedId === undefined ? {} : { plannedId }), intent,
  };
}
