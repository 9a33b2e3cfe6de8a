import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompareOperator, Condition } from '../../../src/contracts/condition.js';
import type { Json } from '../../../src/contracts/json.js';
import { parseCondition } from '../../../src/domain/condition-parser.js';
import { formatCondition } from '../../../src/domain/condition-text.js';
import { compileCondition, conditionFields, evaluateCondition } from '../../../src/domain/condition.js';
import { anyJson } from './any-json.js';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(`${text}: ${result.offset} ${result.message}`);
  return result.condition;
}

const compare = (field: string, operator: CompareOperator, value: Json): Condition => ({ kind: 'compare', field, operator, value });

describe('parseCondition', () => {
  test.each<[string, Condition]>([
    ["/status = 'deleted'", compare('/status', '=', 'deleted')],
    ["team = 'emea' and amount >= 1000", { kind: 'all', of: [compare('team', '=', 'emea'), compare('amount', '>=', 1_000)] }],
    ["a = 1 or b = 2 and c = 3", { kind: 'any', of: [compare('a', '=', 1), { kind: 'all', of: [compare('b', '=', 2), compare('c', '=', 3)] }] }],
    ["(a = 1 or b = 2) and c = 3", { kind: 'all', of: [{ kind: 'any', of: [compare('a', '=', 1), compare('b', '=', 2)] }, compare('c', '=', 3)] }],
    ["not (a = 1)", { kind: 'not', of: compare('a', '=', 1) }],
    ["not a = 1 and b = 2", { kind: 'all', of: [{ kind: 'not', of: compare('a', '=', 1) }, compare('b', '=', 2)] }],
    ["NOT NOT a = 1", { kind: 'not', of: { kind: 'not', of: compare('a', '=', 1) } }],
    ["stage in ('lead', 'won', 3, true, null)", { kind: 'in', field: 'stage', values: ['lead', 'won', 3, true, null], negated: false }],
    ["stage not in ('lost')", { kind: 'in', field: 'stage', values: ['lost'], negated: true }],
    ['email is empty', { kind: 'empty', field: 'email', negated: false }],
    ['email IS NOT EMPTY', { kind: 'empty', field: 'email', negated: true }],
    ['active = true', compare('active', '=', true)], ['active != FALSE', compare('active', '!=', false)], ['x = null', compare('x', '=', null)],
    ["name = 'O''Neil'", compare('name', '=', "O'Neil")], ['name = "Ada ""A"" Lovelace"', compare('name', '=', 'Ada "A" Lovelace')], ["name = ''", compare('name', '=', '')],
    ['"First Name" = \'Ada\'', compare('First Name', '=', 'Ada')], ['"/custom fields/a" = 1', compare('/custom fields/a', '=', 1)], ['"not" = 1', compare('not', '=', 1)],
    ['amount > -0.5', compare('amount', '>', -0.5)], ['amount>=1e3', compare('amount', '>=', 1_000)], ['a=1', compare('a', '=', 1)], ['amount = -0', compare('amount', '=', 0)],
    ['/a~1b/0 < 5', compare('/a~1b/0', '<', 5)], ['address.city = \'Berlin\'', compare('address.city', '=', 'Berlin')], ['größe > 1', compare('größe', '>', 1)],
    ['\n a \t= \u00A01 ', compare('a', '=', 1)], ['notes is empty', { kind: 'empty', field: 'notes', negated: false }],
  ])('%s', (text, condition) => {
    expect(parsed(text)).toEqual(condition);
  });

  test.each<[string, number, string]>([
    ['', 0, 'A condition is missing'], ['   ', 3, 'A condition is missing'], ['a', 1, 'After the field a comes'], ['a =', 3, 'A value is missing'], ['a = b', 4, "A text needs quotes: 'b'"],
    ["a == 'b'", 2, 'single ='], ["a <> 'b'", 2, 'Write !='], ['a = 1 && b = 2', 6, 'Write and'], ['a = 1 || b = 2', 6, 'Write or'], ["a = 'b", 4, 'closing quote is missing'],
    ['a = 1 b = 2', 6, 'comes and or or'], ['(a = 1', 6, 'closing parenthesis is missing'], ['a = 1)', 5, 'no opening one'], ['and', 0, 'A field name is expected here; a field named and is written "and"'],
    ['a = 1 and', 9, 'A condition is missing'], ["'a' = 1", 0, 'not in single quotes'], ["a in 'x'", 5, 'list in parentheses'], ["a in ('x' 'y')", 10, 'a comma or the closing'],
    ["a in ()", 6, 'A value is missing'], ["a in ('x',)", 10, 'A value is missing'], ['a is null', 5, 'empty or not empty'], ['a not = 1', 2, 'After the field a comes'], ['a is not null', 9, 'empty or not empty'],
    ['!a', 0, 'Write not'], ['a & b', 2, 'After the field a comes'], ['a = 2026-11-20', 4, 'is no number'], ['a = 9007199254740993', 4, 'more digits than can be held'], ['a = 1e400', 4, 'is no number'],
    ['2fa = true', 0, 'begins with a digit is written "2fa"'], ['/a~ = 1', 0, '~0'], ['"" = 1', 0, 'A field name is expected'], ['= 1', 0, 'A field name is expected'],
    [`${'('.repeat(40)}a = 1${')'.repeat(40)}`, 33, 'at most 32 levels'], [`${'not '.repeat(40)}a = 1`, 132, 'at most 32 levels'], [`a = '${'x'.repeat(5_000)}'`, 4_000, 'at most 4000'],
  ])('%.40s is refused at %i: %s', (text, offset, words) => {
    const result = parseCondition(text);
    expect(result).toMatchObject({ ok: false, offset });
    expect(result.ok ? '' : result.message).toContain(words);
    expect(result.ok ? '' : result.message).toMatch(/[.]$/);
  });

  test('answers every text, and offsets lie within it', () => {
    const pieces = fc.constantFrom('a', '/b', '"c d"', '=', '!=', '<', '(', ')', ',', 'and', 'or', 'not', 'in', 'is', 'empty', "'x'", '1', 'true', 'null', "'", '"', '~', '!', '&', '\u0000', '\uD800');
    fc.assert(fc.property(fc.oneof(fc.array(pieces, { maxLength: 20 }).map((words) => words.join(' ')), fc.string({ unit: 'binary' })), (text) => {
      const result = parseCondition(text);
      if (result.ok) expect(parsed(formatCondition(result.condition))).toEqual(result.condition);
      else expect(result.offset >= 0 && result.offset <= text.length).toBe(true);
    }), { numRuns: 3_000 });
  });
});

const field = fc.oneof(fc.constantFrom('a', 'not', 'First Name', '/a/b', '2fa', "o'neil", 'say "x"'), fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((name) => !name.startsWith('/')));
const literal: fc.Arbitrary<Json> = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((value) => value + 0), fc.boolean(), fc.constant(null));
const { condition: anyCondition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('compare' as const), field, operator: fc.constantFrom<CompareOperator>('=', '!=', '<', '<=', '>', '>='), value: literal }),
    fc.record({ kind: fc.constant('in' as const), field, values: fc.array(literal, { minLength: 1, maxLength: 3 }), negated: fc.boolean() }),
    fc.record({ kind: fc.constant('empty' as const), field, negated: fc.boolean() }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) }),
  ),
}));

test('a condition that is written out is read back as the same', () => {
  fc.assert(fc.property(anyCondition, (condition) => {
    const text = formatCondition(condition);
    fc.pre(text.length <= 4_000);
    expect(parsed(text)).toEqual(condition);
  }), { numRuns: 1_000 });
});

describe('evaluation', () => {
  const record = {
    status: 'deleted', amount: 1_000, amountText: '1000.00', big: '9007199254740993', blank: '', none: null, list: ['a'], noList: [], object: { a: 1 }, noObject: {}, yes: true, yesText: 'True',
    updated: '2026-11-20T10:00:00Z', composed: 'Zoë', decomposed: 'Zoe\u0308', zero: 0, address: { city: 'Berlin' },
  };
  test.each<[string, boolean]>([
    ["status = 'deleted'", true], ["/status = 'deleted'", true], ["/address/city = 'Berlin'", true], ["status = 'Deleted'", false], ["status != 'deleted'", false],
    ['amount >= 1000', true], ['amount > 1000', false], ['amount = 1000', true], ["amount = '1000'", true], ["amount = '1000.0'", true], ['amountText = 1000', true], ['amountText >= 999.99', true],
    ['amountText < 1000', false], ["amountText = '1000'", false], ["big > '9007199254740992'", true], ['big > 9007199254740991', true], ['big <= 9007199254740991', false],
    ["status > 5", false], ["status <= 5", false], ['status = 5', false], ['status != 5', true], ['zero = 0', true], ["zero = '0.00'", true], ['zero is empty', false],
    ['blank is empty', true], ['none is empty', true], ['missing is empty', true], ['noList is empty', true], ['noObject is empty', true], ['list is empty', false], ['object is empty', false], ['status is not empty', true],
    ["missing = ''", true], ['missing = null', true], ['none = null', true], ['blank = null', true], ["missing != 'x'", true], ["missing = 'x'", false], ["missing < 'x'", false], ["missing >= 'x'", false], ['missing < 5', false],
    ['missing in (null)', true], ["missing in ('x')", false], ["missing not in ('x')", true], ["status in ('active', 'deleted')", true], ["status not in ('active', 'deleted')", false], ['amount in (1, 1000)', true],
    ["amount in ('1000')", true], ['yes = true', true], ["yes = 'true'", true], ['yesText = true', true], ['yes = 1', false], ['yes != false', true], ['yes > false', false],
    ["list = 'a'", false], ["list != 'a'", true], ["list in ('a')", false], ["object = 'x'", false], ["/list/0 = 'a'", true],
    ["updated >= '2026-11-20'", true], ["updated < '2026-11-21T00:00:00Z'", true], ["composed = 'Zoe\u0308'", true], ["decomposed = 'Zoë'", true], ["decomposed in ('Zoë')", true], ["decomposed <= 'Zoë'", true],
    ["not (status = 'deleted' or amount < 5)", false], ["status = 'x' or (amount = 1000 and not none is not empty)", true], ['constructor is empty', true], ['/__proto__/x is empty', true],
  ])('%s is %s', (text, holds) => {
    expect(evaluateCondition(parsed(text), record)).toBe(holds);
  });

  test('text is ordered by code point, not by UTF-16 unit', () => {
    expect(evaluateCondition(parsed("x > '\uFFFD'"), { x: '\u{1F600}' })).toBe(true);
  });

  test('holds for any record or not, without throwing, and not turns it round', () => {
    fc.assert(fc.property(anyCondition, anyJson, (condition, value) => {
      const holds = compileCondition(condition)(value);
      expect(compileCondition({ kind: 'not', of: condition })(value)).toBe(!holds);
    }), { numRuns: 1_000 });
  });
});

test('conditionFields lists each field once', () => {
  expect(conditionFields(parsed("a = 1 and (b in (2) or not a is empty) and /c/d < '5'"))).toEqual(['a', 'b', '/c/d']);
});
