import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePayload, withFieldsSet } from '../../../src/cli/letters/edit-payload.js';
import { anyJson } from '../domain/any-json.js';

describe('setting fields of a record', () => {
  test.each([
    ['name=Ada', { name: 'Ada' }], ['name=', { name: '' }], ['name=a=b', { name: 'a=b' }], ['age=42', { age: '42' }], ['age:=42', { age: 42 }], ['active:=true', { active: true }],
    ['name:=null', { name: null }], ['tags:=["a","b"]', { tags: ['a', 'b'] }], ['/address/city=Paris', { address: { city: 'Paris' } }], ['note=two\nlines', { note: 'two\nlines' }],
  ])('%s gives %j', (setting, values) => {
    expect(withFieldsSet({}, [setting])).toEqual(values);
  });

  test('leaves the rest, and the record that it began with, as they are', () => {
    const before = { id: 'c1', name: 'x', address: { city: 'Rome', zip: '1' } };
    expect(withFieldsSet(before, ['name=Ada', '/address/city=Paris'])).toEqual({ id: 'c1', name: 'Ada', address: { city: 'Paris', zip: '1' } });
    expect(before).toEqual({ id: 'c1', name: 'x', address: { city: 'Rome', zip: '1' } });
  });

  test.each(['name', '=Ada', ':=1', 'name:=Ada', 'name:=', '/a~2=b', '__proto__=x', '/constructor/prototype=x'])('refuses %j', (setting) => {
    expect(() => withFieldsSet({ name: 'x' }, [setting])).toThrow(expect.objectContaining({ name: 'CommandError', exitCode: 2 }));
  });

  test('takes back any value as JSON', () => {
    fc.assert(fc.property(anyJson, (value) => { expect(withFieldsSet({}, [`field:=${JSON.stringify(value)}`])).toEqual({ field: JSON.parse(JSON.stringify(value)) as unknown }); }));
  });
});

describe('an edited record', () => {
  test('is a JSON object', () => {
    expect(parsePayload('{"id":"c1"}\n', 'a file')).toEqual({ id: 'c1' });
  });

  test.each(['', '{', '[]', 'null', '"text"', '1'])('is refused as %j, with where it came from', (text) => {
    expect(() => parsePayload(text, 'record.json')).toThrow(expect.objectContaining({ name: 'CommandError', where: 'record.json' }));
  });
});
