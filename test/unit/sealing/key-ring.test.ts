import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createKeySource, KeyRing, readSealingKeys, SealingKeyError } from '../../../src/sealing/key-ring.js';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [first, second] = [key('k1'), key('k2')];
const ring = (...keys: readonly string[]): KeyRing => new KeyRing(readSealingKeys(keys.join(',')));

describe('what is sealed', () => {
  it('opens again in its own context, with whatever key sealed it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
      const sealed = ring(first).seal(text, context);
      expect(sealed).toMatch(/^v1\.k1\.[\w-]+$/);
      expect(ring(second, first).open(sealed, context)).toBe(text);
    }));
  });

  it('opens in no other context, and not when one character was changed', () => {
    fc.assert(fc.property(fc.string(), fc.nat(), (text, at) => {
      const sealed = ring(first).seal(text, 'row/1');
      expect(() => ring(first).open(sealed, 'row/2')).toThrow(SealingKeyError);
      const [version, id, body = ''] = sealed.split('.');
      const bytes = Buffer.from(body, 'base64url');
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
      expect(() => ring(first).open(`${version}.${id}.${bytes.toString('base64url')}`, 'row/1')).toThrow(SealingKeyError);
    }));
  });

  it('is another text each time, so that equal secrets cannot be told', () => {
    expect(ring(first).seal('a', 'c')).not.toBe(ring(first).seal('a', 'c'));
  });

  test.each([
    [(): unknown => ring().seal('a', 'c'), /No key is set/],
    [(): unknown => ring().open(ring(first).seal('a', 'c'), 'c'), /sealed with the key "k1", and CROSSWALK_SEALING_KEYS is not set/],
    [(): unknown => ring(second).open(ring(first).seal('a', 'c'), 'c'), /sealed with the key "k1", and CROSSWALK_SEALING_KEYS has "k2"/],
    [(): unknown => ring(first).open('v2.k1.AAAA', 'c'), /a form that this release does not know/],
    [(): unknown => ring(first).open('v1.k1.AAAA', 'c'), /too short/],
    [(): unknown => ring(key('k1')).open(ring(first).seal('a', 'c'), 'c'), /another key of this id/],
  ])('fails closed, and says why without a key: %#', (attempt, message) => { expect(attempt).toThrow(message); });
});

describe('sealing keys', () => {
  it('may be base64, base64url or hex, on one line or several', () => {
    const bytes = randomBytes(32);
    const keys = readSealingKeys(`a:${bytes.toString('base64')}\nb:${bytes.toString('base64url')} c:${bytes.toString('hex')}`);
    expect(keys.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    const sealed = new KeyRing(keys.slice(0, 1)).sealBytes(Buffer.from('x'), '');
    expect(sealed.keyId).toBe('a');
  });

  test.each([
    ['no-colon', 'key 1 has to be ID:KEY'], [`${first},k2:c2hvcnQ=`, 'key 2 has to be ID:KEY'], [`bad id:${randomBytes(32).toString('hex')}`, 'key 1 has to be ID:KEY'],
    [`${first},${first}`, 'the same ID'], [`k1:${'0'.repeat(64)}`, 'is not random'],
  ])('that cannot be used are refused, without showing them: %#', (text, message) => {
    const secret = text.split(':')[1] ?? text;
    expect(() => readSealingKeys(text)).toThrow(message);
    try {
      readSealingKeys(text);
    } catch (error) {
      expect(secret.length > 20 && String(error).includes(secret)).toBe(false);
    }
  });

  it('are read anew where the text has changed', () => {
    let text = first;
    const source = createKeySource(() => text);
    const before = source();
    expect(source()).toBe(before);
    text = `${second},${first}`;
    expect(source().firstId).toBe('k2');
  });
});
