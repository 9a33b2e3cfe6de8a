import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { definitionKinds } from '../../../src/contracts/definition-kind.js';
import { withGeneratedParts } from '../../../src/config/documentation.js';
import { findingTypes } from '../../../src/config/finding.js';
import { definitionJsonSchema, definitionJsonSchemaText, editorJsonSchema } from '../../../src/config/json-schema.js';
import { changed, crmText, mailingText, syncText } from './checked-texts.js';

const inProject = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('what is generated from the schemas', () => {
  it.each(definitionKinds)('is up to date: schema/%s.schema.json (else run scripts/write-json-schema.mjs on a build)', (kind) => {
    expect(inProject(`schema/${kind}.schema.json`)).toBe(definitionJsonSchemaText(kind));
  });

  it('is up to date: docs/definitions.md (else run scripts/write-json-schema.mjs on a build)', () => {
    const page = inProject('docs/definitions.md');
    expect(page).toBe(withGeneratedParts(page));
  });

  it('is complete: every key of a definition is described', () => {
    for (const kind of definitionKinds) expect(undescribed(definitionJsonSchema(kind))).toEqual([]);
  });

  it('has a place in the page for every part', () => {
    expect(() => withGeneratedParts('no markers')).toThrow('no place for conversions, system, postgres, files, smtp, sync, quality, handoff, team, channel, alerts');
    expect(() => withGeneratedParts('<!-- generated: other -->\n<!-- end -->')).toThrow("no generated part is called 'other'");
  });
});

describe('the page on definitions', () => {
  it.each(findingTypes)('explains the finding %s', (type) => expect(inProject('docs/definitions.md')).toContain(`| \`${type}\` |`));
});

describe('the JSON Schema for editors', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = { system: ajv.compile(editorJsonSchema('system')), sync: ajv.compile(editorJsonSchema('sync')) };

  it.each([['system', crmText], ['system', mailingText], ['sync', syncText]] as const)('accepts a right %s', (kind, text) => {
    expect(validate[kind](parse(text))).toBe(true);
  });

  it.each([
    ['system', crmText, 'requestsPerSecond', 'requestPerSecond'],
    ['system', crmText, 'system: crm', 'system: Acme CRM'],
    ['system', crmText, '{ post: /contacts }', '{}'],
    ['system', crmText, '{ post: /contacts }', '{ post: /contacts, put: /contacts }'],
    ['system', crmText, 'type: bearer', 'type: beaer'],
    ['sync', syncText, 'every: 15m', 'every: soon'],
    ['sync', syncText, 'type: email', 'type: emial'],
    ['sync', syncText, 'match: [email_address]\n', ''],
  ] as const)('refuses a %s that check refuses', (kind, text, part, by) => {
    expect(validate[kind](parse(changed(text, part, by)))).toBe(false);
  });
});

function undescribed(schema: Record<string, unknown>): readonly string[] {
  const shared = (schema['$defs'] ?? {}) as Readonly<Record<string, Described>>;
  const describes = (child: Described): boolean => {
    if ((child.description ?? '') !== '') return true;
    const target = child.$ref === undefined ? undefined : shared[child.$ref.replace('#/$defs/', '')];
    return target !== undefined && describes(target);
  };
  const search = (node: unknown, path: string): readonly string[] => {
    if (typeof node !== 'object' || node === null) return [];
    const properties: object = 'properties' in node && typeof node.properties === 'object' ? (node.properties ?? {}) : {};
    const own = Object.entries(properties).filter(([, child]: [string, Described]) => !describes(child)).map(([key]) => `${path}.${key}`);
    return [...own, ...Object.entries(node).flatMap(([key, child]) => search(child, `${path}/${key}`))];
  };
  return search(schema, '');
}

interface Described {
  readonly description?: string;
  readonly $ref?: string;
}
