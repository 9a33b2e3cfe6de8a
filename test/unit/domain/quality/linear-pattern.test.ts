import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLinearPattern, MAX_MATCHED } from '../../../../src/domain/quality/linear-pattern.js';
import { PatternError } from '../../../../src/domain/quality/linear-pattern-parser.js';

describe('compileLinearPattern', () => {
  test.each<[pattern: string, fits: readonly string[], others: readonly string[]]>([
    ['[A-Z]{2}[0-9]{6}', ['AB123456'], ['AB12345', 'ab123456', ' AB123456', 'AB1234567', '']],
    ['^\\d+$', ['1', '0123456789'], ['', '1a', '-1']],
    ['a|bc|', ['a', 'bc', ''], ['b', 'abc']],
    ['(?:ab)*c?', ['', 'ab', 'abab', 'ababc', 'c'], ['a', 'abb', 'cc']],
    ['(a|b){2,3}', ['ab', 'bab'], ['a', 'abab']],
    ['x{2,}', ['xx', 'xxxxx'], ['x', '']],
    ['\\p{Lu}\\p{L}*', ['Ünal', 'É'], ['ünal', '1']],
    ['[^\\]]', ['a', '['], [']', '']],
    ['😀.', ['😀😀', '😀x'], ['😀', '😀\n']],
    ['a\\.b\\-c', ['a.b-c'], ['axb-c']],
    ['\\$', ['$'], ['']],
    ['()*', [''], ['a']],
  ])('%s', (pattern, fits, others) => {
    const matches = compileLinearPattern(pattern);
    for (const text of fits) expect(matches(text), text).toBe(true);
    for (const text of others) expect(matches(text), text).toBe(false);
  });

  test.each<[pattern: string, offset: number, message: string]>([
    ['(a', 0, 'not closed with ")"'],
    ['a)', 1, 'closes no group'],
    ['[a', 0, 'not closed with "]"'],
    ['[z-a]', 0, 'no class of characters'],
    ['*a', 0, 'Nothing stands before "*"'],
    ['a**', 2, 'Two quantifiers'],
    ['a{5,2}', 1, 'the smaller number first'],
    ['a{1,201}', 1, 'from 0 to 200'],
    ['a{x}', 1, 'written {2}'],
    ['(?=a)', 0, 'only (?: … ) is taken'],
    ['(a)\\1', 3, 'is not taken'],
    ['a^b', 1, 'about the whole value'],
    ['\\p{Nonsense}', 0, 'no class of characters'],
    ['((a{50}){50}){2}', 0, 'more than 2000 steps'],
  ])('refuses %s and says where', (pattern, offset, message) => {
    const attempt = (): unknown => compileLinearPattern(pattern);
    expect(attempt).toThrow(PatternError);
    try {
      attempt();
    } catch (error) {
      expect((error as PatternError).offset).toBe(offset);
      expect((error as PatternError).message).toContain(message);
    }
  });

  test('agrees with the engine of the language, for any pattern that both take', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '(?:a|b)', '(ab)', '\\.');
    const quantified = fc.tuple(atom, fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}', '{2,}')).map(([part, quantifier]) => part + quantifier);
    const sequence = fc.array(quantified, { maxLength: 4 }).map((parts) => parts.join(''));
    const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '\n', '😀'), maxLength: 8 });
    fc.assert(fc.property(pattern, text, (source, value) => {
      expect(compileLinearPattern(source)(value)).toBe(new RegExp(`^(?:${source})$`, 'u').test(value));
    }), { numRuns: 2_000 });
  });

  test('comes to an end where backtracking would not', () => {
    const text = `${'a'.repeat(MAX_MATCHED - 1)}!`;
    for (const pattern of ['(a+)+', '(a|a)*', '(a*)*b', '([a-z]+)*\\d']) expect(compileLinearPattern(pattern)(text)).toBe(false);
  });

  test('a value beyond the limit matches nothing', () => {
    expect(compileLinearPattern('a*')('a'.repeat(MAX_MATCHED))).toBe(true);
    expect(compileLinearPattern('a*')('a'.repeat(MAX_MATCHED + 1))).toBe(false);
  });
});
