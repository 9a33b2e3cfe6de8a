import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';
import { restSystem } from '../../support/rest-system.js';

const secret = 'hunter2-do-not-show';

describe('a secret that stands in a definition', () => {
  it.each([
    ['a token', 'token: secret://env/CRM_TOKEN', `token: ${secret}`],
    ['a password', '{ type: bearer, token: secret://env/CRM_TOKEN }', `{ type: basic, username: u, password: ${secret} }`],
    ['an API key', '{ type: bearer, token: secret://env/CRM_TOKEN }', `{ type: api-key, name: X-Key, value: ${secret} }`],
    ['a client secret', '{ type: bearer, token: secret://env/CRM_TOKEN }', `{ type: oauth2, tokenUrl: /t, clientId: c, clientSecret: ${secret} }`],
    ['a login', '{ type: bearer, token: secret://env/CRM_TOKEN }', `{ type: login, post: /login, body: { email: a, password: ${secret} }, token: /t }`],
    ['a header', 'limits:', `headers: { Authorization: Basic ${secret} }\nlimits:`],
    ['a parameter', 'records: /data', `params: { api_key: ${secret} }\n      records: /data`],
    ['a base URL', 'https://crm', `https://user:${secret}@crm`],
    ['a webhook secret', 'limits:', `webhooks: { scheme: hmac-sha256, header: X-S, secret: ${secret} }\nlimits:`],
  ])('is an error: %s', (_, part, by) => {
    const set = checkTexts({ 'crm.yaml': changed(crmText, part, by) });
    expect(set.findings.filter(({ type }) => type === 'hard-coded-secret')).toHaveLength(1);
    expect(set.systems.size).toBe(0);
    expect(JSON.stringify(set.findings)).not.toContain(secret);
  });

  it.each([
    ['wrong type', 'auth: { type: bearer, token: secret://env/CRM_TOKEN }', `auth: ${secret}`],
    ['unknown key', 'limits:', `token: ${secret}\nlimits:`],
    ['broken YAML', 'limits:', `token: "a" ${secret}\nlimits:`],
    ['more broken YAML', 'limits:', `"${secret}\nlimits:`],
    ['header value', 'limits:', `headers: { X-Key: "${secret}\\n" }\nlimits:`],
    ['list in place of text', 'token: secret://env/CRM_TOKEN', `token: [${secret}]`],
    ['tagged', 'token: secret://env/CRM_TOKEN', `token: !vault ${secret}`],
  ])('is not shown by another finding: %s', (_, part, by) => {
    const set = checkTexts({ 'crm.yaml': changed(crmText, part, by) });
    expect(set.findings).not.toEqual([]);
    expect(JSON.stringify(set.findings)).not.toContain(secret);
  });

  it('may be a reference, also in a part of the text', () => {
    const text = changed(crmText, 'limits:', 'headers: { Authorization: "Token secret://env/X", X-Api-Key: "${KEY}" }\nlimits:');
    expect(shown(checkTexts({ 'crm.yaml': text }))).toEqual([]);
  });
});

describe('the environment', () => {
  const text = changed(crmText, 'https://crm.example.com', '${CRM_URL}/api');
  const files = { 'crm.yaml': text };

  it('is asked for variables and secrets that are missing', () => {
    expect(shown(checkTexts(files, {}))).toEqual([
      '2:10 error missing-variable ${CRM_URL}: the environment variable CRM_URL is not set; set it where Crosswalk runs, or correct the name',
      '3:30 error missing-secret secret://env/CRM_TOKEN: the environment variable CRM_TOKEN is not set; set it where Crosswalk runs, or correct the name',
    ]);
  });

  it('satisfies when everything is there', () => {
    const set = checkTexts(files, { env: { CRM_URL: 'https://crm.example.com', CRM_TOKEN: secret } });
    expect(shown(set)).toEqual([]);
    // References are looked up at the moment of use.
    expect(restSystem(set.systems.get('crm')).baseUrl).toBe('${CRM_URL}/api');
  });

  it('is not asked where nobody wants it', () => expect(shown(checkTexts(files, { checkEnvironment: false }))).toEqual([]));

  it.each([
    ['ftp://crm.example.com', 'invalid-url'],
    ['crm', 'invalid-url'],
    [`https://u:${secret}@crm.example.com`, 'hard-coded-secret'],
    ['http://crm.example.com', 'insecure-url'],
    ['  ', 'missing-variable'],
  ])('is judged with the rest of the base URL: %s', (url, type) => {
    const set = checkTexts(files, { env: { CRM_URL: url, CRM_TOKEN: 't' } });
    expect(set.findings.map((finding) => finding.type)).toEqual([type]);
    expect(JSON.stringify(set.findings)).not.toContain(secret);
  });

  it('reads secret files below the folder of the definitions', () => {
    const read: string[] = [];
    const set = checkTexts({ 'crm.yaml': changed(crmText, 'secret://env/CRM_TOKEN', 'secret://file/keys/crm') }, {
      readFile: (path) => {
        read.push(path);
        throw Object.assign(new Error(), { code: 'ENOENT' });
      },
    });
    expect(read).toEqual(['/definitions/keys/crm']);
    expect(shown(set)).toEqual(['3:30 error missing-secret secret://file/keys/crm: there is no file /definitions/keys/crm']);
  });

  it('takes a webhook secret that the sender will give only once the system is in force', () => {
    const webhooks = (handshake: string, reference: string) => checkTexts({ 'crm.yaml': changed(crmText, 'limits:', `webhooks: { scheme: hmac-sha256${handshake}, secret: ${reference} }\nlimits:`) }, {
      env: { CRM_URL: 'https://crm.example.com', CRM_TOKEN: 't' }, readFile: () => { throw Object.assign(new Error(), { code: 'ENOENT' }); },
    }).findings.map(({ type }) => type);
    expect(webhooks('', 'secret://file/given')).toEqual(['missing-secret']);
    expect(webhooks(', handshake: asana-hook-secret', 'secret://file/given')).toEqual([]);
    expect(webhooks(', handshake: asana-hook-secret', 'secret://env/CRM_TOKEN')).toEqual(['invalid-value']);
  });
});
