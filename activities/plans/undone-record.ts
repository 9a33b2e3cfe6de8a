import type { SourceRecord } from '../../src/contracts/connector.js';
import type { FlatValues } from '../../src/domain/merge/flat-values.js';
import type { UndoDecision, UndoRefusal } from '../../src/domain/undo.js';
import type { Intent } from '../../src/store/ledger.js';
import { newId } from '../../src/store/new-id.js';
import type { NewRefusal } from '../../src/store/plan-refusals.js';
import type { BasePrint, WrittenRecord } from '../../src/store/undo-history.js';
import type { RunContext } from '../sync/run-context.js';

/** UndoneRecord is what the undoing of one record's writes comes to: a planned write, a refusal, both, or neither. */
export interface UndoneRecord {
  readonly record: WrittenRecord;
  readonly intent: Intent | undefined;
  readonly refusal: NewRefusal | undefined;
}

/** UndoneParts is what an undone record is made of. */
export interface UndoneParts {
  readonly record: WrittenRecord;
  readonly context: RunContext;
  readonly base: BasePrint | undefined;
  readonly reason: string;
  readonly now: SourceRecord | null;
  readonly decision: UndoDecision | 'cannot-read';
  /** Of a two-way sync, the values by target field that the write leaves its side with; undefined for a sync that goes one way. */
  readonly leaves?: FlatValues | undefined;
}

const reasons: Readonly<Record<UndoRefusal | 'cannot-read', (object: string) => string>> = {
  'cannot-read': (object) => `The definition of ${object} has no "get", so nobody can see whether the record still holds what was written.`,
  'gone': () => 'The record is no longer there, or was put away since.',
  'deleted-for-good': () => 'The record was deleted for good; its last values are in the ledger.',
  'cannot-restore': (object) => `The definition of ${object} does not say how an archived record comes back; add "restore" to its "archive".`,
  'cannot-remove': (object) => `The definition of ${object} has neither "archive" nor "delete", so a record that was created stays.`,
  'cannot-update': (object) => `The definition of ${object} has no "update".`,
};

/** undoneRecord joins a decision with what the ledger and the crosswalk need of it. */
export function undoneRecord(parts: UndoneParts): UndoneRecord {
  return { record: parts.record, intent: intentOf(parts), refusal: refusalOf(parts) };
}

/**
 * The write keeps the fingerprint of the source as the sync last saw it, so that the sync takes the record for unchanged
 * and writes again only once the source changes. Where the sync had removed the record because the source says so, there
 * is none, and the base is marked as kept instead. The pair of a two-way sync is left apart by the write itself.
 */
function intentOf({ record, base, reason, now, decision, leaves }: UndoneParts): Intent | undefined {
  if (decision === 'cannot-read' || decision.write === undefined) return undefined;
  const { kind, before, after, revives } = decision.write;
  const fingerprint = leaves === undefined ? base?.fingerprint ?? null : null;
  return {
    id: newId(), entityId: record.entityId, sourceId: record.sourceId, sourceVersion: null, externalId: record.externalId, kind, reason, before, after, fingerprint,
    expectedVersion: now?.version ?? null, ...(leaves === undefined ? {} : { agrees: leaves }), ...(leaves !== undefined || (revives && fingerprint === null) ? { keeps: true } : {}),
  };
}

function refusalOf({ record, decision }: UndoneParts): NewRefusal | undefined {
  const { sourceObject, sourceId, targetObject, externalId, to } = record;
  const subject = { sourceObject, sourceId, targetObject, externalId };
  if (decision === 'cannot-read') return { ...subject, code: decision, message: reasons[decision](to), fields: [] };
  const { changed, refusal } = decision;
  const fields = changed.map(({ field, wrote, now }) => ({ field, message: 'changed since', expected: wrote, found: now }));
  if (refusal !== undefined) return { ...subject, code: refusal, message: reasons[refusal](to), fields };
  return fields.length === 0 ? undefined : { ...subject, code: 'changed-since', message: 'Changed since it was written, so it stays as it is.', fields };
}
