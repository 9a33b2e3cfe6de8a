import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import { holds } from '../../../src/domain/holds.js';
import { restoreFields } from '../../../src/domain/restore-fields.js';
import { decideUndo, type PastWrite, type PresentRecord, type TargetAbilities } from '../../../src/domain/undo.js';

const able: TargetAbilities = { update: true, archive: true, delete: true, restore: { status: 'active' } };
const update = (before: JsonObject, after: JsonObject): PastWrite => ({ kind: 'update', before, after });
const create = (after: JsonObject): PastWrite => ({ kind: 'create', before: null, after });
const archive: PastWrite = { kind: 'archive', before: {}, after: {} };
const now = (data: JsonObject, putAway = false): PresentRecord => ({ data, putAway });

describe('what undoing comes to', () => {
  test.each<[string, readonly PastWrite[], PresentRecord | null, Partial<TargetAbilities>, object]>([
    ['a change', [update({ a: 1 }, { a: 2 })], now({ a: 2, b: 9 }), {}, { write: { kind: 'update', before: { a: 2 }, after: { a: 1 } }, changed: [] }],
    ['two changes', [update({ a: 1 }, { a: 2 }), update({ a: 2 }, { a: 3 })], now({ a: 3 }), {}, { write: { before: { a: 3 }, after: { a: 1 } } }],
    ['a change that came back to what it was', [update({ a: 1 }, { a: 2 }), update({ a: 2 }, { a: 1 })], now({ a: 1 }), {}, { write: undefined, changed: [], refusal: undefined }],
    ['a change that was given back', [update({ a: 1 }, { a: 2 })], now({ a: 1 }), {}, { write: undefined, changed: [] }],
    ['a change that was changed', [update({ a: 1 }, { a: 2 })], now({ a: 7 }), {}, { write: undefined, changed: [{ field: 'a', wrote: 2, before: 1, now: 7 }] }],
    ['a change of an object that cannot be changed', [update({ a: 1 }, { a: 2 })], now({ a: 2 }), { update: false }, { write: undefined, refusal: 'cannot-update' }],
    ['a change to a record that is gone', [update({ a: 1 }, { a: 2 })], null, {}, { refusal: 'gone' }],
    ['a change to a record that was put away', [update({ a: 1 }, { a: 2 })], now({ a: 2 }, true), {}, { write: undefined, refusal: 'gone' }],
    ['a new record', [create({ a: 1 })], now({ a: 1 }), {}, { write: { kind: 'archive', before: { a: 1 } } }],
    ['a new record that cannot be archived', [create({ a: 1 })], now({ a: 1 }), { archive: false }, { write: { kind: 'delete' } }],
    ['a new record that stays', [create({ a: 1 })], now({ a: 1 }), { archive: false, delete: false }, { refusal: 'cannot-remove' }],
    ['a new record that was changed by us', [create({ a: 1 }), update({ a: 1 }, { a: 2 })], now({ a: 2 }), {}, { write: { kind: 'archive', before: { a: 2 } } }],
    ['a new record that was changed by others', [create({ a: 1 })], now({ a: 2 }), {}, { write: undefined, changed: [{ field: 'a' }] }],
    ['a new record that is gone again', [create({ a: 1 }), archive], now({ a: 1 }, true), {}, { write: undefined, refusal: undefined }],
    ['an archive', [archive], now({ status: 'archived' }, true), {}, { write: { kind: 'update', before: { status: 'archived' }, after: { status: 'active' }, revives: true } }],
    ['an archive, after a change', [update({ a: 1 }, { a: 2 }), archive], now({ a: 2, status: 'archived' }, true), {}, { write: { after: { a: 1, status: 'active' } } }],
    ['an archive without a way back', [archive], now({}, true), { restore: undefined }, { refusal: 'cannot-restore' }],
    ['an archive that somebody took back', [archive], now({}), {}, { write: undefined, refusal: undefined }],
    ['the taking back of an archive', [update({ status: 'archived' }, { status: 'active' })], now({ status: 'active' }), {}, { write: { kind: 'archive' } }],
    ['an archive and its taking back', [archive, update({ status: 'archived' }, { status: 'active' })], now({ status: 'active' }), {}, { write: undefined, refusal: undefined }],
    ['a delete', [{ kind: 'delete', before: { a: 1 }, after: {} }], null, {}, { refusal: 'deleted-for-good' }],
  ])('%s', (_what, writes, present, abilities, expected) => {
    expect(decideUndo(writes, present, { ...able, ...abilities })).toMatchObject(expected);
  });

  test('of any changes never touches a field that holds something else than what was written, and undone twice gives them back', () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 }));
    fc.assert(fc.property(values, fc.array(values, { minLength: 1, maxLength: 4 }), values, (start, changes, byOthers) => {
      let held: JsonObject = start;
      const writes = changes.map((after) => {
        const write = update(Object.fromEntries(Object.keys(after).map((field) => [field, held[field] ?? null])), after);
        held = { ...held, ...after };
        return write;
      });
      const present = { ...held, ...byOthers };
      const { write, changed } = decideUndo(writes, now(present), able);
      const restored = { ...present, ...write?.after };
      for (const [field, value] of Object.entries(present)) if (!holds(held[field], value)) expect(restored[field]).toEqual(value);
      for (const field of changes.flatMap((change) => Object.keys(change))) if (!changed.some((one) => one.field === field)) expect(holds(start[field], restored[field])).toBe(true);
      const again = write === undefined ? undefined : decideUndo([write], now(restored), able).write;
      expect({ ...restored, ...again?.after }).toEqual(present);
    }));
  });
});

describe('holds', () => {
  test.each([
    [null, '', true], ['', undefined, true], [null, 'x', false], ['x', null, false], [1, 1, true], ['é', 'é', true], [{ city: 'A' }, { city: 'A', zip: '1' }, true],
    [{ city: 'A' }, { city: 'B' }, false], [{ city: null }, null, true], [{ city: 'A' }, null, false], [['a'], ['a'], true], [['a'], ['a', 'b'], false], [0, null, false], [false, null, false],
  ])('%j and %j: %s', (written, found, expected) => {
    expect(holds(written, found)).toBe(expected);
  });
});

describe('restoreFields', () => {
  test.each([
    [{ fields: { suspended: true } }, { suspended: false }], [{ fields: { active: false } }, { active: true }], [{ fields: { status: 'archived' } }, undefined], [{ fields: {} }, undefined],
    [{ fields: { status: 'archived' }, restore: { status: 'open' } }, { status: 'open' }], [{ fields: { '/meta/gone': true } }, { meta: { gone: false } }], [undefined, undefined],
  ])('of %j is %j', (operation, expected) => {
    expect(restoreFields(operation)).toEqual(expected);
  });
});
