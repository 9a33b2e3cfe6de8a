import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailProblem, normaliseEmail, readEmail } from '../../../src/domain/email.js';
import { readReference, testWithReference } from './reference-data.js';

const decode = (text: string): string => text
  .replaceAll(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  .replaceAll(/[\u2400-\u2421]/g, (picture) => String.fromCharCode(picture === '\u2421' ? 0x7f : picture.charCodeAt(0) - 0x2400));

describe('readEmail', () => {
  test.each([
    'ada@example.com', 'Ada.Lovelace+news@Example.co.uk', "o'neil@example.com", 'a@b.cd', '_x-y_@sub.example.org', '"Ada Lovelace"@example.com', '"a\\"b"@example.com',
    'müller@example.com', 'ada@müller.example', 'ada@xn--mller-kva.example', '用户@例子.广告', '1234@example.com', 'ada@1and1.com', `${'a'.repeat(64)}@example.com`,
    `a@${'b'.repeat(63)}.com`, 'a!#$%&\'*+/=?^_`{|}~-@example.com',
  ])('takes %s as it is', (address) => {
    expect(readEmail(address)).toBe(address);
  });

  test.each([
    '', ' ', '@', 'ada', 'ada@', '@example.com', 'ada@localhost', 'ada example@example.com', ' ada@example.com', 'ada@example.com ', 'ada@@example.com', 'ada@exa mple.com',
    '.ada@example.com', 'ada.@example.com', 'a..b@example.com', 'ada@.example.com', 'ada@example.com.', 'ada@example..com', 'ada@-example.com', 'ada@example-.com',
    'ada@example.123', 'ada@[192.0.2.1]', 'ada@exam_ple.com', 'Ada <ada@example.com>', 'mailto:ada@example.com', 'ada@example.com, bob@example.com', 'ada@example.com;bob@example.com',
    '"ada@example.com', '""@example.com', '"a"b"@example.com', `${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}.com`, `a@${'b.'.repeat(130)}com`, 'ada\u0000@example.com',
    'ada\u200B@example.com', 'ada\uD800@example.com', 'ada@exämple\uDC00.com', 'ada\r\nBcc:x@example.com', 42, null, ['ada@example.com'],
  ])('refuses %j', (input) => {
    expect(readEmail(input)).toMatchObject({ code: 'invalid-email' });
  });

  test('the lengths are counted in octets', () => {
    expect(emailProblem(`${'ü'.repeat(32)}@example.com`)).toBeUndefined();
    expect(emailProblem(`${'ü'.repeat(33)}@example.com`)).toContain('64 octets');
  });

  test('the short cut for plain addresses takes nothing that the rules refuse', () => {
    // A quoted pair of letters around the dots makes the address leave the short cut; the rest is judged by the rules.
    const part = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '.', '_', '+', '@', ' ', '"'), minLength: 1, maxLength: 12 });
    fc.assert(fc.property(part, part, (local, domain) => {
      const plain = emailProblem(`${local}@${domain}`);
      const international = emailProblem(`é${local}@${domain}`);
      // With é in front, the local part cannot begin with a dot or a quote any more; else the verdicts are the same.
      if (!/^[."]/.test(local)) expect(plain === undefined).toBe(international === undefined);
    }), { numRuns: 2_000 });
  });

  testWithReference('isemail/test/tests.xml', 'the reference cases: obvious ones, and a report on the rest', () => {
    const cases = [...readReference('isemail/test/tests.xml').matchAll(/<test id="(\d+)">\s*<address(?:\/>|>([^<]*)<\/address>)[\s\S]*?<category>(\w+)<\/category>/g)]
      .map(([, id, address = '', category]) => ({ id, address: decode(address), category }));
    expect(cases.length).toBeGreaterThan(100);
    const count = new Map<string, { taken: number; refused: number }>();
    for (const { id, address, category = '' } of cases) {
      const taken = emailProblem(address) === undefined;
      const counts = count.get(category) ?? { taken: 0, refused: 0 };
      counts[taken ? 'taken' : 'refused'] += 1;
      count.set(category, counts);
      // What is no address for any purpose, or needs comments or folding, must never pass.
      if (['ISEMAIL_ERR', 'ISEMAIL_CFWS', 'ISEMAIL_DEPREC'].includes(category)) expect(taken, `case ${id}: ${address}`).toBe(false);
    }
    for (const [category, { taken, refused }] of count) process.stdout.write(`isemail ${category}: ${taken} taken, ${refused} refused\n`);
  });
});

describe('normaliseEmail', () => {
  test.each([
    [' Ada@Example.COM ', 'ada@example.com'], ['ada+news@example.com', 'ada+news@example.com'], ['a.d.a@gmail.com', 'a.d.a@gmail.com'],
    ['MU\u0308LLER@example.com', 'müller@example.com'], ['ADA@MÜLLER.example', 'ada@müller.example'],
  ])('%j is compared as %j', (address, normal) => {
    expect(normaliseEmail(address)).toBe(normal);
  });

  test('normalising twice changes nothing more', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(normaliseEmail(normaliseEmail(text))).toBe(normaliseEmail(text));
    }));
  });
});
