import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerLink, answerLinkDecision, maskedLink, readAnswerLinks, readAnswerToken, readLinkKeys, type AnswerGrant } from '../../../src/config/answer-links.js';

const old = { id: 'k1', secret: 'a'.repeat(32) };
const fresh = { id: 'k2', secret: 'b'.repeat(32) };
const grant: AnswerGrant = { approvalId: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', person: 'vera@example.org', hash: 'ab'.repeat(32), expiresAt: new Date('2026-12-01T12:00:00Z') };
const sources = (env: Record<string, string>) => ({ env, readFile: () => { throw Object.assign(new Error('none'), { code: 'ENOENT' }); }, baseFolder: '/' });
const tokenOf = (keys: readonly typeof old[], given = grant) => answerLink({ publicUrl: 'https://crosswalk.example.org', keys }, given).split('/answer/')[1] ?? '';

describe('a signed link', () => {
  test('gives back what it grants', () => {
    expect(readAnswerToken([old], tokenOf([old]))).toEqual(grant);
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (person) => {
      expect(readAnswerToken([old], tokenOf([old], { ...grant, person }))).toEqual({ ...grant, person });
    }));
  });

  test('holds while its key is among those that are taken, and a new key signs', () => {
    const before = tokenOf([old]);
    expect(readAnswerToken([fresh, old], before)).toEqual(grant);
    expect(readAnswerToken([fresh], before)).toBeUndefined();
    expect(readAnswerToken([old], tokenOf([fresh, old]))).toBeUndefined();
    // A key of the same name with another secret is another key.
    expect(readAnswerToken([{ ...fresh, id: 'k1' }], before)).toBeUndefined();
  });

  test('with any character changed, added or left out is none', () => {
    const token = tokenOf([old]);
    fc.assert(fc.property(fc.nat(token.length - 1), fc.constantFrom('', '.', '=', 'A', 'x', '-', '_', '0'), fc.boolean(), (at, instead, add) => {
      const changed = token.slice(0, at) + instead + token.slice(add ? at : at + 1);
      fc.pre(changed !== token);
      expect(readAnswerToken([old], changed)).toBeUndefined();
    }), { numRuns: 500 });
    for (const text of ['', '.', 'a.b', `${token}.`, `${token}${token}`, 'W10.AAAA', 'bnVsbA.AAAA']) expect(readAnswerToken([old], text)).toBeUndefined();
  });

  test('is shown to others without what makes it work', () => {
    const link = `https://crosswalk.example.org/answer/${tokenOf([old])}`;
    expect(maskedLink(link)).toBe('https://crosswalk.example.org/answer/…');
    expect(maskedLink('https://temporal.example.org/workflows/1')).toBe('https://temporal.example.org/workflows/1');
  });

  test('is one decision, whichever key signed it and however often it is sent', () => {
    expect(answerLinkDecision({ ...grant, expiresAt: new Date(0) })).toBe(answerLinkDecision(grant));
    for (const other of [{ person: 'wim' }, { hash: 'cd'.repeat(32) }, { approvalId: 'x' }]) expect(answerLinkDecision({ ...grant, ...other })).not.toBe(answerLinkDecision(grant));
    expect(answerLinkDecision(grant).length).toBeLessThanOrEqual(100);
  });
});

describe('the keys', () => {
  test('are pairs, or references to them; the first signs', () => {
    expect(readLinkKeys(`k2:${fresh.secret}, secret://env/OLD`, sources({ OLD: `k1:${old.secret}` }))).toEqual([fresh, old]);
    expect(readLinkKeys('', sources({}))).toEqual([]);
  });

  test.each([['k1', 'key 1 has to be ID:SECRET'], [`k1:${'s'.repeat(31)}`, 'at least 32 characters'], [`k1:${old.secret} k1:${fresh.secret}`, 'same ID']])('%s are refused, without a word of the secret', (text, says) => {
    expect(() => readLinkKeys(text, sources({}))).toThrow(says);
    expect(() => readLinkKeys(text, sources({}))).not.toThrow(/sssss|aaaaa/);
  });

  test('need an address that people reach', () => {
    const keys = `k1:${old.secret}`;
    expect(readAnswerLinks(sources({ CROSSWALK_LINK_KEYS: keys }))).toBeUndefined();
    expect(readAnswerLinks(sources({ CROSSWALK_LINK_KEYS: keys, CROSSWALK_PUBLIC_URL: 'https://crosswalk.example.org/' }))).toEqual({ publicUrl: 'https://crosswalk.example.org', keys: [old] });
    expect(() => readAnswerLinks(sources({ CROSSWALK_LINK_KEYS: keys, CROSSWALK_PUBLIC_URL: 'javascript:alert(1)' }))).toThrow('CROSSWALK_PUBLIC_URL');
  });
});
