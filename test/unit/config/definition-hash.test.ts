import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/config/canonical-json.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import { changed, checkTexts, crmText } from './checked-texts.js';

function hashOf(text: string): string {
  const definition = checkTexts({ 'x.yaml': text }).systems.get('crm');
  if (definition === undefined) throw new Error('no definition');
  return definitionHash(definition);
}

describe('definitionHash', () => {
  const hash = hashOf(crmText);

  it('is a SHA-256 in hex', () => expect(hash).toMatch(/^[0-9a-f]{64}$/));

  it.each([
    ['comments', 'limits:', '# a comment\nlimits:'],
    ['the order of keys', 'param: updated_since, field: /updated_at', 'field: /updated_at, param: updated_since'],
    ['a default that is written out', 'limits: {', 'limits: { concurrency: 4,'],
    ['another way to write a duration', 'limits: {', 'limits: { timeout: 30000ms,'],
    ['quotes', 'next: /next', 'next: "/next"'],
  ])('does not change with %s', (_, part, by) => expect(hashOf(changed(crmText, part, by))).toBe(hash));

  it.each([
    ['a limit', '20 }', '21 }'],
    ['a reference', 'CRM_TOKEN', 'CRM_TOKEN_2'],
    ['a path', 'post: /contacts', 'post: /people'],
  ])('changes with %s', (_, part, by) => expect(hashOf(changed(crmText, part, by))).not.toBe(hash));
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, and can be read back', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonicalJson(value as never);
      // JSON itself does not tell -0 from 0.
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value) as never)).toBe(text);
    }));
  });

  const folder = '/work/shared/data/jcs-rfc8785/testdata';
  const found = existsSync(folder);
  if (!found) console.log('skipped: RFC 8785 test data not found');
  it.skipIf(!found).each(found ? readdirSync(`${folder}/output`) : ['none'])('writes %s as RFC 8785 has it', (name) => {
    const input: unknown = JSON.parse(readFileSync(`${folder}/input/${name}`, 'utf8'));
    expect(canonicalJson(input as never)).toBe(readFileSync(`${folder}/output/${name}`, 'utf8'));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toReversed().map(([key, part]) => [key, reversed(part)]));
}
