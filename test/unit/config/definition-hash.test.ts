import { describe, expect, it } from 'vitest';
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
