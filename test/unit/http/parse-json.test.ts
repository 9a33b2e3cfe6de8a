import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { maxJsonDepth, NotJsonError, parseJson } from '../../../src/http/parse-json.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text, 'utf8'));

describe('numbers', () => {
  test.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['0.1', 0.1],
    ['0.30000000000000004', 0.300_000_000_000_000_04],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['1.5e3', 1_500],
    ['13.404953999999975', 13.404_953_999_999_975],
  ])('%s becomes what holds it exactly', (literal, expected) => {
    expect(parse(literal)).toBe(expected);
    expect(parse(`{"a":[${literal}, {"b":${literal}}]}`)).toEqual({ a: [expected, { b: expected }] });
  });

  it('leaves long digits within texts alone', () => {
    expect(parse('{"a":"90071992547409931234","b":"\\"90071992547409931234","c":1}')).toEqual({ a: '90071992547409931234', b: '"90071992547409931234', c: 1 });
  });

  it('keeps every integer, digit for digit', () => {
    fc.assert(fc.property(fc.bigInt(), (value) => {
      expect(String(parse(`[${value}]`))).toBe(String(value));
    }));
  });
});

/** JSON.parse, with integers that a double holds only by chance as text. */
function reference(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => (Number.isInteger(value) && !Number.isSafeInteger(value) ? JSON.stringify(value) : value));
}

describe('everything but numbers', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(parse(text)).toEqual(reference(text));
    }));
  });

  it('is read alike where a long number stands beside it', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(parse(`[90071992547409931, ${text}]`)).toEqual(['90071992547409931', reference(text)]);
    }));
  });

  it('takes the later of two members with one name, as JSON.parse does', () => {
    expect(parse('{"a":1,"a":2,"id":90071992547409931}')).toEqual({ a: 2, id: '90071992547409931' });
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"__proto__":{"polluted":true},"id":90071992547409931}'])('does not let %s reach a prototype', (text) => {
    const read = parse(text);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(read).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });
});

const nested = (depth: number): string => `${'['.repeat(depth)}90071992547409931${']'.repeat(depth)}`;

describe('nesting', () => {
  it('is read up to the cap', () => {
    expect(JSON.stringify(parse(nested(maxJsonDepth)))).toBe(nested(maxJsonDepth).replace(/\d+/, '"$&"'));
  });

  it.each([maxJsonDepth + 1, 100_000])('of %d levels is read as null below the cap, without an overflow of the stack, and what is beside it is read', (depth) => {
    const cut = nested(maxJsonDepth).replace(/\d+/, 'null');
    expect(JSON.stringify(parse(nested(depth)))).toBe(cut);
    expect(parse(`{"deep":{"a":${nested(depth)},"b":"]}"},"id":90071992547409931}`)).toMatchObject({ deep: { b: ']}' }, id: '90071992547409931' });
    expect(JSON.stringify(parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`))).toBe(`${'{"a":'.repeat(maxJsonDepth)}null${'}'.repeat(maxJsonDepth)}`);
  });

  it.each([maxJsonDepth + 1, 100_000])('that is not closed, of %d levels, is no JSON', (depth) => {
    for (const text of ['['.repeat(depth), '{"a":'.repeat(depth), nested(depth).slice(0, -1), nested(depth).slice(0, -maxJsonDepth), `${nested(depth)}]`]) expect(() => parse(text)).toThrow(NotJsonError);
  });

  it('does not count brackets within texts', () => {
    expect(parse(JSON.stringify('[{'.repeat(1_000)))).toBe('[{'.repeat(1_000));
  });
});

describe('bytes', () => {
  it('may begin with a byte order mark', () => {
    expect(parse('\uFEFF{"a":"ä"}')).toEqual({ a: 'ä' });
  });

  test.each([
    ['half a character', Buffer.from([0x22, 0xc3, 0x22]), 'not UTF-8'],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'not UTF-8'],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not UTF-8'],
    ['Latin-1', Buffer.from('"M\u00fcller"', 'latin1'), 'not UTF-8'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['blanks', Buffer.from(' \n'), 'empty'],
    ['HTML', Buffer.from('<html>secret</html>'), 'not JSON'],
    ['a cut text', Buffer.from('{"a":1'), 'not JSON'],
    ['NaN', Buffer.from('NaN'), 'not JSON'],
  ])('%s is refused, with nothing of it in the message', (_name, bytes, message) => {
    expect(() => parseJson(bytes)).toThrow(new NotJsonError(message));
  });
});

const suite = resolve(import.meta.dirname, '../../../../shared/data/jsontestsuite/test_parsing');
if (!existsSync(suite)) console.log(`skipped: ${suite} not found`);

describe.skipIf(!existsSync(suite))('the JSON test suite', () => {
  const files = existsSync(suite) ? readdirSync(suite).filter((name) => /^[yn]_.*\.json$/.test(name)) : [];
  it.each(files)('%s', (name) => {
    const bytes = readFileSync(resolve(suite, name));
    if (name.startsWith('y_')) expect(() => parseJson(bytes)).not.toThrow();
    else expect(() => parseJson(bytes)).toThrow(NotJsonError);
  });
});
