import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { MutableJsonObject } from '../../../src/domain/json-pointer.js';
import { compileGetter, compileSetter, FieldPathError } from '../../../src/domain/json-pointer.js';
import { anyJson, parseJson } from './any-json.js';

/** The examples of RFC 6901 §5. */
const RFC_DOCUMENT = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 };

describe('compileGetter', () => {
  test.each<[string, Json]>([
    ['', RFC_DOCUMENT], ['/foo', ['bar', 'baz']], ['/foo/0', 'bar'], ['/', 0], ['/a~1b', 1], ['/c%d', 2], ['/e^f', 3], ['/g|h', 4], ['/i\\j', 5],
    ['/k"l', 6], ['/ ', 7], ['/m~0n', 8],
  ])('RFC 6901 §5: %j', (path, value) => {
    expect(compileGetter(path)(RFC_DOCUMENT)).toEqual(value);
  });

  test.each<[string, Json, Json | undefined]>([
    ['name', { name: 'Ada' }, 'Ada'],
    ['a~1b', { 'a~1b': 1, 'a/b': 2 }, 1],
    ['a.b', { 'a.b': 1, a: { b: 2 } }, 1],
    ['missing', { name: 'Ada' }, undefined],
    ['/a/b/c', { a: { b: null } }, undefined],
    ['/a/b', { a: 'text' }, undefined],
    ['/a/length', { a: 'text' }, undefined],
    ['/a/length', { a: [1] }, undefined],
    ['/a/-', { a: [1] }, undefined],
    ['/a/01', { a: [1, 2] }, undefined],
    ['/a/2', { a: [1, 2] }, undefined],
    ['name', null, undefined],
    ['name', 'text', undefined],
    ['0', ['x'], 'x'],
  ])('%j of %j is %j', (path, record, value) => {
    expect(compileGetter(path)(record)).toEqual(value);
  });

  test.each(['constructor', 'toString', '/constructor/name', '__proto__', '/__proto__/toString', 'hasOwnProperty'])('reads nothing that the record does not own: %s', (path) => {
    expect(compileGetter(path)({ name: 'Ada' })).toBeUndefined();
  });

  test('reads an own member of any name', () => {
    expect(compileGetter('__proto__')(parseJson('{"__proto__": 1}'))).toBe(1);
  });

  test('reads every place of any value', () => {
    const places = (value: Json, path: string): readonly (readonly [string, Json])[] => {
      const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
      return [[path, value], ...members.flatMap(([name, member]) => places(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`))];
    };
    fc.assert(fc.property(anyJson, (value) => {
      for (const [path, expected] of places(value, '')) expect(compileGetter(path)(value)).toBe(expected);
    }));
  });
});

describe('compileSetter', () => {
  test('creates the objects on the way', () => {
    const target: MutableJsonObject = {};
    compileSetter('/address/geo/lat')(target, 52.5);
    compileSetter('/address/city')(target, 'Berlin');
    compileSetter('name')(target, 'Ada');
    compileSetter('/a~1b/m~0n')(target, 1);
    compileSetter('/list/0')(target, 'x');
    expect(target).toEqual({ address: { geo: { lat: 52.5 }, city: 'Berlin' }, name: 'Ada', 'a/b': { 'm~n': 1 }, list: { 0: 'x' } });
  });

  test.each(['__proto__', '/__proto__/polluted', '/a/__proto__', 'constructor', '/constructor/prototype/x', 'prototype', '/a/prototype'])('refuses %s', (path) => {
    expect(() => compileSetter(path)).toThrow(FieldPathError);
  });

  test('is not led to inherited members', () => {
    const target: MutableJsonObject = {};
    compileSetter('/toString/x')(target, 1);
    expect(target).toEqual({ toString: { x: 1 } });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('refuses to write below a value that is no object', () => {
    expect(() => compileSetter('/a/b')({ a: 'text' }, 1)).toThrow(FieldPathError);
  });

  test('what was written is read back', () => {
    fc.assert(fc.property(fc.array(fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name)), { minLength: 1, maxLength: 5 }), (names) => {
      const path = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
      const target: MutableJsonObject = {};
      compileSetter(path)(target, 'value');
      expect(compileGetter(path)(target)).toBe('value');
    }));
  });
});

test.each([['/a~', '~0'], ['/a~2b', '~0'], [`/${'a/'.repeat(40)}`, 'deep'], ['x'.repeat(2_000), 'characters']])('the path %.20s is refused with a sentence that says %s', (path, words) => {
  expect(() => compileGetter(path)).toThrow(words);
});

test('the whole record cannot be written', () => {
  expect(() => compileSetter('')).toThrow('whole record');
});
