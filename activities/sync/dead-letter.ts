import { hash } from 'node:crypto';
import type { BadRecord, SourceRecord } from '../../src/contracts/connector.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import type { FieldProblem } from '../../src/domain/mapping.js';
import type { NewDeadLetter } from '../../src/store/dead-letters.js';

const noExchange = { request: null, responseExcerpt: null } as const;

/** badRecordLetter parks an element of a page that is no record; without an id it is known by what it holds, since its place shifts. */
export function badRecordLetter({ reason, data, code: known }: BadRecord): NewDeadLetter {
  const code = known ?? 'not-a-record';
  return {
    ...noExchange, sourceId: `(no id, ${hash('sha256', JSON.stringify(data), 'hex').slice(0, 12)})`, stage: 'read', code, errorFingerprint: errorFingerprint(`${code} ${reason}`),
    message: reason, problems: [], payload: data,
  };
}

/** mappingLetter parks a record whose values cannot be mapped. */
export function mappingLetter(record: SourceRecord, problems: readonly FieldProblem[]): NewDeadLetter {
  const [first] = problems;
  return {
    ...noExchange,
    sourceId: record.id,
    sourceVersion: record.version,
    stage: 'map',
    code: first?.code ?? 'unmappable',
    errorFingerprint: errorFingerprint(problems.map(({ field, code }) => `${field} ${code}`).join('; ')),
    message: problems.map(({ field, message }) => `${field}: ${message}`).join(' '),
    problems: problems.map(({ field, code, message }) => ({ field, code, message })),
    payload: record.data,
  };
}

/** quarantinedLetter parks a record that is new and cannot be made without a field that is in quarantine. */
export function quarantinedLetter(record: SourceRecord, needed: readonly string[]): NewDeadLetter {
  return {
    ...noExchange, sourceId: record.id, sourceVersion: record.version, stage: 'map', code: 'field-quarantined', errorFingerprint: errorFingerprint(`field-quarantined ${needed.join(' ')}`),
    message: `The record is new, and ${needed.join(', ')} cannot be trusted: what it is made of looks different at the source than before. See "crosswalk drift"; once the field is released or accepted, the next complete read makes the record.`,
    problems: needed.map((field) => ({ field, code: 'field-quarantined', message: 'A source field of it is in quarantine.' })), payload: record.data,
  };
}

/** strangerLetter parks a record whose id stood for another one before; `before` is when that one was made. */
export function strangerLetter(record: SourceRecord, before: string): NewDeadLetter {
  return {
    ...noExchange, sourceId: record.id, sourceVersion: record.version, stage: 'match', code: 'id-reused', errorFingerprint: errorFingerprint('id-reused'),
    message: `The id ${record.id} stood for a record made at ${before}, and now stands for one made at ${record.born ?? 'another time'}. It is not written over the record that the first one is linked with. ` +
      'If it is the same after all, or is to take its place, redrive this letter; otherwise give it an id of its own at the source.',
    problems: [], payload: record.data,
  };
}

/** unansweredLetter parks a record whose write is never answered and, when asked about, was not executed. */
export function unansweredLetter(record: SourceRecord): NewDeadLetter {
  return {
    ...noExchange, sourceId: record.id, sourceVersion: record.version, stage: 'write', code: 'no-answer', errorFingerprint: errorFingerprint('no-answer'),
    message: 'Each time this record is sent, the answer is lost and the target does not have it. Look at the target\'s log for what happens there.', problems: [], payload: record.data,
  };
}

/** duplicateLetter parks a record that stands for the same entity as another record of its own system. */
export function duplicateLetter(record: SourceRecord, otherId: string, by: string): NewDeadLetter {
  return {
    ...noExchange,
    sourceId: record.id,
    sourceVersion: record.version,
    stage: 'match',
    code: 'duplicate',
    errorFingerprint: errorFingerprint(`duplicate by ${by}`),
    message: `Has the same ${by} as ${otherId}, which is synced already. Merge the two at the source, or give one of them another ${by}.`,
    problems: [],
    payload: record.data,
  };
}
