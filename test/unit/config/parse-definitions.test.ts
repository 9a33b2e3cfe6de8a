import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { checkTexts, crmText, mailingText, shown, syncText } from './checked-texts.js';

describe('parseDefinitions', () => {
  it('tells systems and syncs by their first key, and several definitions in one file', () => {
    const { sources, findings } = parseDefinitions('all.yaml', [crmText, mailingText, syncText].join('---\n'));
    expect(findings).toEqual([]);
    expect(sources.map(({ kind, name }) => [kind, name])).toEqual([['system', 'crm'], ['system', 'mailing'], ['sync', 'contacts-to-mailing']]);
    expect(sources.map(({ locate }) => locate([]).line)).toEqual([1, 17, 28]);
  });

  it.each([
    ['an empty file', '', '1:1 warning not-a-definition the file holds no definition'],
    ['a file of comments', '# nothing\n', '1:1 warning not-a-definition the file holds no definition'],
    ['another kind', 'version: 1\n', "1:1 error not-a-definition a definition begins with 'system: NAME', 'sync: NAME', 'quality: NAME', 'handoff: NAME', 'team: NAME', 'channel: NAME' or 'alerts: NAME', not with 'version'"],
    ['a misspelt kind', 'sistem: crm\n', "1:1 error not-a-definition unknown kind 'sistem'; did you mean 'system'?"],
    ['a list', '- system: crm\n', "1:1 error not-a-definition a definition begins with 'system: NAME', 'sync: NAME', 'quality: NAME', 'handoff: NAME', 'team: NAME', 'channel: NAME' or 'alerts: NAME'"],
    ['a key given twice', 'foo: 1\nfoo: 2\n', '2:1 error yaml-syntax YAML: the same key is given twice in one mapping'],
    ['a tab', 'system: crm\nlimits:\n\tburst: 1\n', '3:1 error yaml-syntax YAML: a tab cannot indent a line; use blanks'],
    ['an unclosed list', 'system: [crm\n', '2:1 error yaml-syntax YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a reference without quotes', 'a: { url: ${URL} }\n', '1:12 error yaml-syntax YAML: Unexpected flow-map-start at node end; text with ${…} inside { } needs quotes'],
    ['an unknown alias', 'system: *crm\n', '1:1 error yaml-syntax YAML: Unresolved alias (the anchor must be set before the alias): crm'],
    ['an alias of itself', '&a\nsystem: crm\nlimits: *a\n', '2:1 error yaml-syntax YAML: an alias stands for a part that it is in itself'],
    ['a tag', 'system: !secret crm\n', '1:9 error yaml-syntax YAML: Unresolved tag: !secret'],
    ['deep nesting', `a: ${'['.repeat(100)}${']'.repeat(100)}\n`, '1:1 error yaml-syntax YAML: nested more than 64 levels deep'],
    ['a mountain of brackets', '['.repeat(100_000), '1:1 error yaml-syntax YAML: more than 500 brackets are open at the same place'],
    ['a mapping as a key', '{ a: 1 }: 2\nsystem: crm\n', '1:1 error yaml-syntax YAML: With stringKeys, all keys must be strings'],
  ])('says what is wrong with %s', (_, text, finding) => {
    const { findings } = parseDefinitions('x.yaml', text);
    expect(findings.map(({ line, column, level, type, message }) => `${line}:${column} ${level} ${type} ${message}`)[0]).toBe(finding);
  });

  it('refuses aliases that would multiply', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nsystem: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;
    const { findings } = parseDefinitions('x.yaml', bomb);
    expect(findings[0]?.message).toContain('Excessive alias count');
  });

  it('reads YAML 1.2: yes, no and on are text', () => {
    const { sources } = parseDefinitions('x.yaml', 'system: no\ntitle: yes\nowner: on\n');
    expect(sources[0]?.value).toEqual({ system: 'no', title: 'yes', owner: 'on' });
  });

  it('goes on after a broken definition of the same file', () => {
    const set = checkTexts({ 'all.yaml': `system: broken\nlimits: [\n---\n${crmText}` });
    expect(set.findings.map(({ type }) => type)).toEqual(['yaml-syntax']);
    expect([...set.systems.keys()]).toEqual(['crm']);
  });

  it('does not call a system unknown because its file is broken', () => {
    const set = checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': 'system: mailing\nobjects: {', 'sync.yaml': syncText });
    expect(set.findings.map(({ type }) => type)).toEqual(['yaml-syntax']);
  });

  it('never throws and never leaves the file, whatever the text', () => {
    const fragment = fc.constantFrom(
      'system: crm', 'sync: x', '---', '\n', '  ', '- ', '{', '}', '[', ']', ': ', '"', "'", '&a ', '*a', '!t ', '|', '>', '#', '\t', 'objects:', 'fields:',
      'auth: { type: bearer }', 'list: { get: /x }', '__proto__:', 'constructor: 1', '\u0000', '💼', '${X}', 'secret://env/Y', '1e999', '.nan', 'null',
    );
    fc.assert(fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const { sources, findings } = parseDefinitions('x.yaml', text);
      const lines = text.split(/\n/).length + 1;
      for (const finding of [...findings, ...lintDefinitions(sources)]) {
        expect(finding.line).toBeGreaterThanOrEqual(1);
        expect(finding.line).toBeLessThanOrEqual(lines);
        expect(finding.message).not.toBe('');
      }
    }), { numRuns: 500 });
  });
});

describe('a finding', () => {
  it('is where the character is, in quotes and without', () => {
    const quoted = checkTexts({ 'x.yaml': crmText.replace(`"/status = 'deleted'"`, `"/status ! 'deleted'"`) });
    const plain = checkTexts({ 'x.yaml': crmText.replace(`"/status = 'deleted'"`, `/status ! 'deleted'`) });
    expect(shown(quoted)[0]).toMatch(/^13:23 /);
    expect(shown(plain)[0]).toMatch(/^13:22 /);
  });

  it('is where the text begins, where escapes or folding move characters', () => {
    const set = checkTexts({ 'x.yaml': crmText.replace(`"/status = 'deleted'"`, `"/st\\u0061tus ! 'deleted'"`) });
    expect(shown(set)[0]).toMatch(/^13:14 /);
  });

  it('points into the part that an alias stands for', () => {
    const set = checkTexts({ 'x.yaml': crmText.replace('create: { post: /contacts }', 'create: &w { pots: /contacts }\n    archive: *w') });
    expect(shown(set).filter((line) => line.includes('unknown-key'))).toEqual(["14:18 error unknown-key unknown key 'pots'; did you mean 'post'?"]);
  });
});
