import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import { draftYaml } from '../../../src/domain/draft/draft-yaml.js';
import { objectName, singular, systemName } from '../../../src/domain/draft/names.js';
import { draftOfOpenApi } from '../../../src/drafting/draft-of-openapi.js';
import { draftOfSample } from '../../../src/drafting/draft-of-sample.js';
import { parseDocument, resolveOpenApi } from '../../../src/drafting/read-openapi.js';

const documentOf = (schema: Json, title = 'Acme'): JsonObject => ({
  openapi: '3.1.0', info: { title }, servers: [{ url: 'https://api.acme.example' }],
  paths: { '/contacts': { get: { responses: { 200: { content: { 'application/json': { schema } } } } } } },
});
const yamlOf = (document: JsonObject): string => draftYaml(draftOfOpenApi({ document, system: undefined, from: undefined }), 'x.json');

it('a reference that leads out of the document is not followed', async () => {
  for (const $ref of ['http://127.0.0.1:1/schema.json', '/etc/passwd', 'file:///etc/passwd', '../../package.json#/version']) {
    const resolved = await resolveOpenApi(documentOf({ $ref })).catch((error: unknown) => String(error));
    expect(JSON.stringify(resolved)).not.toMatch(/root:|"version":"0\.1/);
    expect(typeof resolved === 'string' || yamlOf(resolved).includes('objects: {}')).toBe(true);
  }
});

it('a schema within itself and a bomb of aliases end', async () => {
  const circular: JsonObject = { ...documentOf({ $ref: '#/components/schemas/list' }), components: { schemas: { list: { type: 'array', items: { $ref: '#/components/schemas/node' } }, node: { type: 'object', properties: { id: { type: 'string' }, child: { $ref: '#/components/schemas/node' } } } } } };
  expect(yamlOf(await resolveOpenApi(circular))).toContain('contact:');
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}`;
  expect(() => parseDocument(bomb)).toThrow('neither JSON nor YAML');
});

it('texts of a document stay within their line and make no keys', () => {
  const nasty = 'x\nsystem: evil\n# y"\u2028objects: {}';
  const yaml = yamlOf(documentOf({ type: 'array', items: { properties: { id: {}, [nasty]: {} } } }, nasty));
  const { sources, findings } = parseDefinitions('x.yaml', yaml);
  expect([...findings, ...lintDefinitions(sources)]).toEqual([]);
  expect(yaml).not.toMatch(/^system: evil/m);
});

it('any names give a draft that passes check', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 6 }), fc.string({ maxLength: 20 }), (title, names, key) => {
    fc.pre(![title, key, ...names].some((text) => /__proto__|^(constructor|prototype|toString|valueOf)$/.test(text)));
    const document = documentOf({ properties: { [key === '' ? 'data' : key]: { type: 'array', items: { properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) } } } }, title);
    const { sources, findings } = parseDefinitions('x.yaml', yamlOf(document));
    expect([...findings, ...lintDefinitions(sources)]).toEqual([]);
  }));
});

it('any JSON as a sample gives a draft that passes check, or none', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.webUrl({ withQueryParameters: true }), (body, url) => {
    const draft = draftOfSample({ url: new URL(url), body: body as Json, hasLinkHeader: false, auth: { keys: { type: 'none' }, checks: [] }, system: undefined, credentials: [] });
    if (draft === undefined) return;
    const { sources, findings } = parseDefinitions('x.yaml', draftYaml(draft, url));
    expect([...findings, ...lintDefinitions(sources)].filter(({ type }) => type !== 'insecure-url' && type !== 'hard-coded-secret')).toEqual([]);
  }));
});

it.each([['contacts', 'contact'], ['companies', 'company'], ['addresses', 'address'], ['boxes', 'box'], ['status', 'status'], ['statuses', 'status'], ['series', 'sery'], ['news', 'new'], ['bus', 'bus']])('one of %s is a %s', (many, one) => {
  expect(singular(many)).toBe(one);
});

it('names are names that definitions may have', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(systemName(text)).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(objectName(text)).toMatch(/^[a-z][a-z0-9_]*$/);
  }));
});
