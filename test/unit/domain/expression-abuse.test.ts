import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import { evaluateCondition } from '../../../src/domain/condition.js';
import { parseCondition } from '../../../src/domain/condition-parser.js';
import { parseConversion } from '../../../src/domain/conversion-parser.js';
import { compileConversion } from '../../../src/domain/conversions.js';
import { fillText, textOf } from '../../../src/domain/handoff/values.js';
import { compileGetter, compileSetter } from '../../../src/domain/json-pointer.js';

// There is no language to abuse: conditions and conversions are closed sets, without loops, calls of one's own, patterns or host objects.
describe('security row 26: what somebody writes into a mapping', () => {
  test.each([
    'process.exit(1)', 'require("child_process").exec("id")', 'while(true){}', '(() => { for (;;) {} })()', 'constructor.constructor("return process")()',
    '__proto__.polluted = 1', 'import("node:fs")', 'eval("1")', '`${process.env}`', 'globalThis', 'toString()', 'hasOwnProperty("x")',
  ])('is no code: %s is refused as a conversion', (text) => {
    expect(parseConversion(text).ok).toBe(false);
  });

  test.each(['process.exit(1) = 1', 'a = require("fs")', 'a = (() => 1)()', 'a; drop table runs', 'a ~= "(a+)+$"', 'while (1) {}'])('is no code: %s is refused as a condition', (text) => {
    expect(parseCondition(text).ok).toBe(false);
  });

  test('nested a thousandfold, or a megabyte long, is refused with a reason before it is looked into', () => {
    expect(parseCondition(`${'('.repeat(1_000)}a = 1${')'.repeat(1_000)}`)).toMatchObject({ ok: false, message: expect.stringContaining('levels deep') as string });
    for (const text of ['('.repeat(1_000_000), `not ${'not '.repeat(1_000_000)}a = 1`, `a = '${'x'.repeat(1_000_000)}'`]) expect(parseCondition(text)).toMatchObject({ ok: false, message: expect.stringContaining('at most') as string });
    expect(parseConversion(`join("${'x'.repeat(1_000_000)}")`)).toMatchObject({ ok: false, message: expect.stringContaining('at most') as string });
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', '/__proto__/polluted', '/constructor/prototype', '/a/__proto__', '/list/length'])('does not reach the prototype or the host by the field %s', (field) => {
    const record: JsonObject = { a: {}, list: [1] };
    expect(compileGetter(field)(record)).toBeUndefined();
    expect(textOf(record, field.startsWith('/') ? field : `/${field}`)).toBeUndefined();
    expect(fillText(`<{/${field.replace(/^\//, '')}}>`, record)).toBe('<>');
    const written: Record<string, Json> = {};
    try {
      compileSetter(field)(written, 'polluted');
    } catch {
      // A place that cannot be written is refused.
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
  });

  test('ends for texts that make backtracking patterns run for ever', () => {
    for (const text of [`${'a'.repeat(200_000)}!`, 'a@'.repeat(100_000), ' '.repeat(200_000), `${'1'.repeat(100_000)}.${'0'.repeat(100_000)}x`, `<${'<a '.repeat(50_000)}`]) {
      for (const call of ['trim', 'upper', 'slice(0, 10)', 'replace("a", "b")', 'split(",")', 'digits', 'name-case']) {
        const parsed = parseConversion(call);
        if (parsed.ok) expect(() => compileConversion(parsed.conversion)(text, {})).not.toThrow();
      }
    }
  });

  test('whatever text stands for a condition, judging records by it gives yes or no', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.dictionary(fc.string(), fc.jsonValue()), (text, record) => {
      const parsed = parseCondition(text);
      if (parsed.ok) expect(typeof evaluateCondition(parsed.condition, record as Json)).toBe('boolean');
      else expect(parsed.message).not.toBe('');
    }));
  });
});
