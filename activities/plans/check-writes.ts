import type { SourceRecord } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { PlanKind } from '../../src/contracts/plan.js';
import { holds } from '../../src/domain/holds.js';
import { keyHolders, linkHolder, lookUp, type KnownRecord } from '../../src/store/crosswalk.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import type { NewRefusal, RefusedField } from '../../src/store/plan-refusals.js';
import type { PlannedIntent } from '../../src/store/plan-writes.js';
import { duplicateSource } from '../reconcile/duplicate-source.js';
import type { RunContext } from '../sync/run-context.js';
import { atOnce } from './at-once.js';
import type { PlanContexts } from './plan-context.js';

type Misfit = Pick<NewRefusal, 'code' | 'message'> & { readonly fields?: readonly RefusedField[] };

/** Plans whose writes do not follow from what a source says. */
const noSource: ReadonlySet<PlanKind> = new Set(['undo', 'quality']);

/**
 * checkWrites compares planned writes with the world as it is now and gives those that no longer fit, with the reason.
 * A change fits while the fields that it sets hold what the plan saw; a new record, while nobody else has made it.
 */
export async function checkWrites(contexts: PlanContexts, kind: PlanKind, writes: readonly PlannedIntent[], signal: AbortSignal): Promise<NewRefusal[]> {
  const misfits: NewRefusal[] = [];
  for (const context of contexts.all) {
    const own = writes.filter((write) => contexts.of(write) === context);
    if (own.length === 0) continue;
    const check = await Check.prepare(context, kind, own, signal);
    const found = await atOnce(own, (write) => check.misfit(write));
    misfits.push(...own.flatMap((write, position) => {
      const misfit = found[position];
      const { id, sourceObject, sourceId, targetObject, externalId } = write;
      return misfit === undefined ? [] : [{ id, sourceObject, sourceId, targetObject, externalId, fields: [], ...misfit }];
    }));
  }
  return misfits;
}

class Check {
  private constructor(
    private readonly context: RunContext, private readonly kind: PlanKind, private readonly signal: AbortSignal,
    private readonly known: ReadonlyMap<string, KnownRecord>, private readonly unknownOutcome: ReadonlySet<string>,
  ) {}

  static async prepare(context: RunContext, kind: PlanKind, writes: readonly PlannedIntent[], signal: AbortSignal): Promise<Check> {
    const { database, scope } = context;
    return new Check(context, kind, signal, await lookUp(database, scope, writes.map(({ sourceId }) => sourceId)), await recordsWithUnknownOutcome(database, scope.syncNumber, scope.sourceObject));
  }

  async misfit(write: PlannedIntent): Promise<Misfit | undefined> {
    if (this.unknownOutcome.has(write.sourceId)) return { code: 'write-unknown', message: 'What became of an earlier write for this record is not known; see its dead letter.' };
    const atTarget = write.kind === 'create' ? await this.existing(write) : await this.changed(write);
    if (atTarget !== undefined || noSource.has(this.kind)) return atTarget;
    return write.externalId !== null && write.sourceId === duplicateSource(write.externalId) ? this.duplicateMisfit(write, write.externalId) : this.sourceMisfit(write);
  }

  private async existing(write: PlannedIntent): Promise<Misfit | undefined> {
    const { database, scope, target, mapper } = this.context;
    const linked = this.known.get(write.sourceId)?.targetId ?? null;
    if (linked !== null) return { code: 'linked-now', message: `The record is linked with ${write.to} ${linked} now.` };
    const holders = await keyHolders(database, scope, mapper.keys(write.after));
    const holder = holders.find(({ targetId, otherSourceId }) => targetId !== null || (otherSourceId !== null && otherSourceId !== write.sourceId));
    if (holder !== undefined) return { code: 'exists-now', message: `${holder.targetId === null ? `${write.from} ${holder.otherSourceId ?? ''}` : `${write.to} ${holder.targetId}`} has the same ${holder.kind} now.` };
    const question = target.object.find === undefined ? undefined : mapper.findBy(target.object, write.after);
    if (question === undefined) return undefined;
    const [found] = (await target.connector.find(target.objectName, question.field, question.value, this.signal)).filter((record) => mapper.answers(question, record.data));
    return found === undefined ? undefined : { code: 'exists-now', message: `${write.to} ${found.id} has the same ${question.field} now.` };
  }

  private async changed({ kind, before, externalId, to }: PlannedIntent): Promise<Misfit | undefined> {
    const { target } = this.context;
    if (externalId === null || target.object.get === undefined) return undefined;
    const record = await target.connector.get(target.objectName, externalId, this.signal);
    if (record === null) return kind === 'update' ? { code: 'gone-at-target', message: `${to} ${externalId} is no longer there.` } : undefined;
    const fields = differences(before, record);
    return fields.length === 0 ? undefined : { code: 'changed-at-target', message: `${to} ${externalId} no longer holds what the plan saw.`, fields };
  }

  private async sourceMisfit(write: PlannedIntent): Promise<Misfit | undefined> {
    const { source, mapper } = this.context;
    if (source.object.get === undefined) return undefined;
    const record = await source.connector.get(source.objectName, write.sourceId, this.signal);
    const gone = record === null || record.deleted;
    if (write.kind === 'archive' || write.kind === 'delete') {
      return gone || record.inactive || !mapper.inScope(record.data) ? undefined : { code: 'back-at-source', message: `${write.from} ${write.sourceId} is there and active again.` };
    }
    if (gone) return { code: 'gone-at-source', message: `${write.from} ${write.sourceId} is no longer there.` };
    if (write.sourceVersion !== null && record.version === write.sourceVersion) return undefined;
    return this.sameSource(write, record) ? undefined : { code: 'changed-at-source', message: `${write.from} ${write.sourceId} has changed since the plan was made.` };
  }

  // Nothing at the source stands for a duplicate: it may go as long as that is so.
  private async duplicateMisfit({ from, to, sourceId }: PlannedIntent, externalId: string): Promise<Misfit | undefined> {
    const { database, scope } = this.context;
    const other = (await linkHolder(database, scope, externalId))?.otherSourceId ?? null;
    return other === null || other === sourceId ? undefined : { code: 'linked-now', message: `${from} ${other} is linked with ${to} ${externalId} now.` };
  }

  // Another version may be of a field that the sync does not carry.
  private sameSource({ fingerprint, sourceVersion }: PlannedIntent, record: SourceRecord): boolean {
    if (fingerprint === null) return sourceVersion === null;
    const mapped = this.context.mapper.map(record.data);
    return mapped.ok && this.context.mapper.fingerprint(mapped.values) === fingerprint;
  }
}

/** differences is the fields of a record that do not hold what a write expects to find. */
export function differences(before: JsonObject | null, { data }: Pick<SourceRecord, 'data'>): RefusedField[] {
  return Object.entries(before ?? {}).flatMap(([field, expected]) => {
    const found = data[field] ?? null;
    return holds(expected, found) ? [] : [{ field, message: 'holds another value now', expected, found }];
  });
}
