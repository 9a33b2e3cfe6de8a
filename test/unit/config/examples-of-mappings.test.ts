import { describe, expect, it } from 'vitest';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { sourcesOf, syncText } from '../spreadsheet/definitions-under-test.js';

function findingsFor(field: string, defaults = ''): readonly string[] {
  const text = syncText.replace(/fields:[^]*(?=onDelete)/, `${defaults}fields:\n  - { from: email, to: email, type: email }\n  - ${field}\n`);
  return lintDefinitions(sourcesOf(text)).filter(({ file, level }) => file === 'sync.yaml' && level === 'error').map(({ type, line, column, message }) => `${line}:${column} ${type} ${message}`);
}

describe('the examples of a mapping', () => {
  it('of the sync under test hold', () => {
    expect(lintDefinitions(sourcesOf()).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['a text', '{ from: a, to: b, convert: upper(), examples: [{ in: ada, out: ADA }] }'],
    ['a number that counts as its text', '{ from: a, to: b, examples: [{ in: "42", out: 42 }] }'],
    ['nothing, which stays nothing', '{ from: a, to: b, examples: [{ out: null }, { in: "", out: null }] }'],
    ['a default', '{ from: a, to: b, default: none, examples: [{ out: none }] }'],
    ['a constant', '{ constant: crm, to: b, examples: [{ out: crm }] }'],
    ['several fields', '{ from: [a, /b/c], to: d, convert: join("-"), examples: [{ in: [1, 2], out: 1-2 }] }'],
    ['a field beside it', '{ from: amount, to: d, type: integer, convert: to_minor(), currency: from(/account/currency), examples: [{ in: 12.5, with: { /account/currency: EUR }, out: 1250 }] }'],
    ['the time zone of the source', '{ from: at, to: d, type: datetime, examples: [{ in: "2026-07-01 12:00:00", out: "2026-07-01T10:00:00.000Z" }] }'],
    ['a list', '{ from: stage, to: tags, type: list, convert: { won: [a, b] }, examples: [{ in: won, out: [a, b] }] }'],
  ])('hold for %s', (_, field) => {
    expect(findingsFor(field)).toEqual([]);
  });

  it('run with the repairs of the sync', () => {
    expect(findingsFor('{ from: a, to: b, examples: [{ in: " x ", out: x }] }', 'defaults: { repair: trim }\n')).toEqual([]);
  });

  it.each([
    ['{ from: a, to: b, convert: upper(), examples: [{ in: ada, out: ada }] }', "9:68 example-failed the example gives 'ADA', expected 'ada'"],
    ['{ from: a, to: b, type: phone, region: DE, examples: [{ in: 030 901820, out: +4930901820 }] }', "9:82 example-failed the example gives '+4930901820', expected 4930901820; put it in quotes"],
    ['{ from: a, to: b, type: email, examples: [{ in: ada, out: ada@example.com }] }', "9:63 example-failed the example is refused: An e-mail address needs an @. Expected 'ada@example.com'"],
    ['{ from: [a, c], to: b, convert: first(), examples: [{ in: [x], out: x }] }', '9:63 example-failed expected a list of 2 values, one for each of a, c'],
    ['{ constant: x, to: b, examples: [{ in: x, out: x }] }', "9:44 example-failed a fixed value is made of nothing, so its example has only 'out'"],
    ['{ from: a, to: b, examples: [{ in: x }] }', "9:34 missing-key missing key 'out': expected a value, or null where nothing is meant"],
    ['{ from: a, to: b, examples: [{ in: x, out: x, expected: x }] }', expect.stringContaining("unknown key 'expected'")],
    ['{ from: [/a, /a/b], to: b, convert: first(), examples: [{ in: [x, y], out: x }] }', expect.stringContaining('the example cannot be put together')],
  ])('that fail are findings: %s', (field, finding) => {
    expect(findingsFor(field)).toEqual([finding]);
  });

  it('are not run where the mapping itself is wrong, and change nothing of the definition that runs', () => {
    expect(findingsFor('{ from: a, to: b, convert: uper(), examples: [{ in: x, out: y }] }')).toEqual([expect.stringContaining('unknown-conversion')]);
    expect(parseDefinitions('a.yaml', syncText).findings).toEqual([]);
  });
});
