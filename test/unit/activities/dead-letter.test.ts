import { describe, expect, test } from 'vitest';
import { badRecordLetter, duplicateLetter, mappingLetter } from '../../../activities/sync/dead-letter.js';
import type { SourceRecord } from '../../../src/contracts/connector.js';
import type { FieldProblem } from '../../../src/domain/mapping.js';

const record: SourceRecord = { id: 'c1', version: null, updatedAtMs: null, deleted: false, inactive: false, data: { id: 'c1', email: 'no address' } };
const problem = (field: string, code: FieldProblem['code'], message: string): FieldProblem => ({ field, from: ['email'], code, message, value: 'no address' });

describe('a dead letter', () => {
  test('of a record that cannot be mapped names every problem, and holds the record but no value besides it', () => {
    const letter = mappingLetter(record, [problem('email_address', 'invalid-email', 'This is no e-mail address.'), problem('phone', 'required', 'There is none.')]);
    expect(letter).toMatchObject({
      sourceId: 'c1', stage: 'map', code: 'invalid-email', message: 'email_address: This is no e-mail address. phone: There is none.', payload: record.data, request: null, responseExcerpt: null,
      problems: [{ field: 'email_address', code: 'invalid-email', message: 'This is no e-mail address.' }, { field: 'phone', code: 'required', message: 'There is none.' }],
    });
  });

  test('groups with others of the same cause, whatever the record', () => {
    const first = mappingLetter(record, [problem('email_address', 'invalid-email', '"a" is no address.')]);
    const second = mappingLetter({ ...record, id: 'c2' }, [problem('email_address', 'invalid-email', '"b" is no address.')]);
    const other = mappingLetter(record, [problem('phone', 'invalid-phone', '"1" is no number.')]);
    expect(second.errorFingerprint).toBe(first.errorFingerprint);
    expect(other.errorFingerprint).not.toBe(first.errorFingerprint);
  });

  test('of a duplicate names the other record, by what it was recognised, and what to do', () => {
    expect(duplicateLetter(record, 'c7', 'email')).toMatchObject({
      sourceId: 'c1', stage: 'match', code: 'duplicate', message: 'Has the same email as c7, which is synced already. Merge the two at the source, or give one of them another email.',
    });
  });

  test('of an element that is no record is kept apart from those of other elements, and is the same when it comes again', () => {
    const first = badRecordLetter({ position: 0, reason: 'it has no id', data: { name: 'Ada' } });
    const another = badRecordLetter({ position: 0, reason: 'it has no id', data: { name: 'Bob' } });
    expect(first).toMatchObject({ stage: 'read', code: 'not-a-record', message: 'it has no id', payload: { name: 'Ada' } });
    expect(another.sourceId).not.toBe(first.sourceId);
    expect(another.errorFingerprint).toBe(first.errorFingerprint);
    expect(badRecordLetter({ position: 0, reason: 'it has no id', data: { name: 'Ada' } }).sourceId).toBe(first.sourceId);
  });

  test('of an element can be told from a record by its id', () => {
    expect(badRecordLetter({ position: 0, reason: 'it is not an object', data: null }).sourceId).toMatch(/^\(.*\)$/);
  });
});
