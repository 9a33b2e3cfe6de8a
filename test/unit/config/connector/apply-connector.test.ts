import { describe, expect, it } from 'vitest';
import { definitionHash } from '../../../../src/config/definition-hash.js';
import { readConnector } from '../../../../src/config/connector/catalogue.js';
import type { DefinitionSet } from '../../../../src/config/definition-set.js';
import { formatFinding } from '../../../../src/config/finding.js';
import { restSystem } from '../../../support/rest-system.js';
import { changed, checkTexts } from '../checked-texts.js';

const acmeText = `connector: acme
title: Acme
settings:
  region: { description: Where the account is, example: eu }
  fields: { description: Fields that are read, default: [id, name] }
baseUrl: https://<region>.acme.example/v1
headers: { Acme-Version: "2026-01-01", Acme-Mode: plain }
auth:
  - { type: bearer }
  - { type: oauth2, tokenUrl: https://acme.example/token, clientAuthentication: body }
limits: { requestsPerSecond: 10 }
outcomes:
  - { status: 423, outcome: retry }
webhooks:
  scheme: hmac-sha256
  object: /type
  objects: { contact.changed: contact, deal.changed: deal }
objects:
  contact:
    list:
      get: /contacts
      params: { fields: <fields> }
      paginate: { type: cursor, next: /next, param: after }
    find: { post: /search, in: body, body: { fields: [<fields>] }, by: { name: { name: "{value}" } } }
    create: { post: /contacts }
    update: { patch: "/contacts/{id}" }
  deal:
    list: { get: /deals }
`;
const own = `system: mine
connector: acme
auth: { token: secret://env/TOKEN }
settings: { region: eu }
`;

const connectors = (text = acmeText): ReadonlyMap<string, ReturnType<typeof readConnector>> => new Map([['acme', readConnector('acme', text)]]);
const check = (text: string, connector?: string): DefinitionSet => checkTexts({ 'mine.yaml': text }, { checkEnvironment: false, connectors: connectors(connector) });
const shown = (set: DefinitionSet): readonly string[] => set.findings.map(formatFinding);

function compiled(text: string, connector?: string) {
  const set = check(text, connector);
  const system = set.systems.get('mine');
  if (system === undefined) throw new Error(shown(set).join('\n'));
  return restSystem(system);
}

describe('a system that names a built-in connector', () => {
  it('is what the connector says, with the settings and the secrets of the file', () => {
    expect(compiled(own)).toMatchObject({
      system: 'mine', connector: 'acme', title: 'Acme', baseUrl: 'https://eu.acme.example/v1', auth: { type: 'bearer', token: 'secret://env/TOKEN' },
      outcomes: [{ status: [423] }],
      objects: { contact: { list: { params: { fields: 'id,name' } }, find: { in: 'body', body: { fields: ['id', 'name'] } } }, deal: {} },
    });
  });

  it('has settings in place of defaults', () => {
    expect(compiled(changed(own, 'eu }', 'us, fields: [id, email] }'))).toMatchObject({
      baseUrl: 'https://us.acme.example/v1', objects: { contact: { list: { params: { fields: 'id,email' } }, find: { body: { fields: ['id', 'email'] } } } },
    });
  });

  it('authenticates in another way that the connector offers', () => {
    expect(compiled(changed(own, '{ token: secret://env/TOKEN }', '{ type: oauth2, clientId: c, clientSecret: secret://env/S }')).auth)
      .toMatchObject({ type: 'oauth2', tokenUrl: 'https://acme.example/token', clientAuthentication: 'body', clientId: 'c' });
  });

  it('authenticates in a way of its own', () => {
    expect(compiled(changed(own, '{ token: secret://env/TOKEN }', '{ type: api-key, name: X-Key, value: secret://env/S }')).auth).toMatchObject({ type: 'api-key', name: 'X-Key' });
  });

  it('has webhooks only where the file gives their secret', () => {
    expect(compiled(own).webhooks).toBeUndefined();
    expect(compiled(`${own}webhooks: { secret: secret://env/HOOK }\n`).webhooks).toMatchObject({ events: { objects: { 'contact.changed': 'contact', 'deal.changed': 'deal' } } });
  });

  it('is changed key by key: mappings are merged, other values replaced, null takes away', () => {
    const system = compiled(`${own}webhooks: { secret: secret://env/HOOK }
headers: { Acme-Mode: null, X-Own: "1" }
limits: { concurrency: 2 }
objects:
  deal: null
  contact:
    list: { paginate: { limit: 50 } }
    create: { put: /people }
    update: null
  note: { list: { get: /notes } }
`);
    expect(system.headers).toEqual({ 'Acme-Version': '2026-01-01', 'X-Own': '1' });
    expect(system.limits).toMatchObject({ requestsPerSecond: 10, concurrency: 2 });
    expect(Object.keys(system.objects)).toEqual(['contact', 'note']);
    expect(system.objects['contact']?.list.paginate).toEqual({ type: 'cursor', next: '/next', param: 'after', limit: 50, limitParam: 'limit' });
    expect(system.objects['contact']?.create).toMatchObject({ method: 'PUT', path: '/people' });
    expect(system.objects['contact']?.update).toBeUndefined();
    expect(system.webhooks?.events.objects).toEqual({ 'contact.changed': 'contact' });
  });

  it('pages in another way without what was said of the first one', () => {
    const system = compiled(`${own}objects: { contact: { list: { paginate: { type: page, limitParam: size } } } }\n`);
    expect(system.objects['contact']?.list.paginate).toEqual({ type: 'page', param: 'page', start: 1, limit: 100, limitParam: 'size' });
  });

  it("asks the file's own outcome rules first", () => {
    expect(compiled(`${own}outcomes: [{ status: 409, outcome: park }]\n`).outcomes.map(({ status }) => status)).toEqual([[409], [423]]);
    expect(compiled(`${own}outcomes: null\n`).outcomes).toEqual([]);
  });

  it('has another hash once the connector says something else', () => {
    const before = definitionHash(compiled(own));
    expect(definitionHash(compiled(own))).toBe(before);
    expect(definitionHash(compiled(own, changed(acmeText, 'get: /deals', 'get: /opportunities')))).not.toBe(before);
  });
});

describe('findings of such a system', () => {
  it.each([
    ['an unknown connector', changed(own, 'acme', 'acmee'), "mine.yaml:2:12  error  there is no connector 'acmee'; did you mean 'acme'?  (unknown-connector)"],
    ['a setting that is missing', changed(own, 'settings: { region: eu }\n', ''), "mine.yaml:1:1  error  the connector 'acme' needs the setting 'region', as in settings: { region: \"eu\" } (Where the account is)  (missing-key)"],
    ['a setting that is unknown', changed(own, 'region: eu', 'region: eu, regoin: us'), "mine.yaml:4:25  error  the connector 'acme' has no setting 'regoin'; did you mean 'region'?  (unknown-key)"],
    ['a wrong value of the file', `${own}limits: { concurrency: many }\n`, "mine.yaml:5:24  error  expected a number, found 'many'  (wrong-type)"],
    ['a rule of the file', `${own}outcomes: [{ outcome: park }]\n`, "mine.yaml:5:12  error  an outcome rule needs 'status', 'bodyContains' or 'when'; this one would fit every answer  (missing-key)"],
    ['no authentication', changed(own, 'auth: { token: secret://env/TOKEN }\n', ''), "mine.yaml:1:1  error  missing key 'auth'"],
  ])('%s is found in the file', (_, text, finding) => {
    const set = check(text);
    expect(shown(set).join('\n')).toContain(finding);
    expect(set.systems.size).toBe(0);
  });

  it.each([
    ['a wrong value', changed(acmeText, 'requestsPerSecond: 10', 'requestsPerSecond: many'), 'builtin/acme.yaml:11:30  error  expected a number'],
    ['a wrong rule', changed(acmeText, 'status: 423, ', ''), 'builtin/acme.yaml:13:5  error  an outcome rule needs'],
    ['a wrong path', changed(acmeText, '{ get: /deals }', '{ get: deals }'), 'builtin/acme.yaml:28:18  error'],
    ['broken YAML', changed(acmeText, 'title: Acme', 'title: "Acme'), 'builtin/acme.yaml:2'],
  ])('%s of the connector is found in its file, and keeps the system from being used', (_, connector, finding) => {
    const set = check(own, connector);
    expect(shown(set).join('\n')).toContain(finding);
    expect(set.systems.size).toBe(0);
  });
});
