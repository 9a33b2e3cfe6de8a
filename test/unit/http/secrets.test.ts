import { inspect } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import type { AuthDefinition } from '../../../src/contracts/auth-definition.js';
import { excerptOf } from '../../../src/http/failure.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, get, post, systemAt } from './system-under-test.js';

const canary = 'CANARY/7f3a+9b"c1';
const issued = 'ISSUED-token-5d2e81';
const oauth: AuthDefinition = { type: 'oauth2', grant: 'client_credentials', tokenUrl: '/oauth/token', clientId: 'c', clientSecret: 'secret://env/CANARY', clientAuthentication: 'basic' };

const auths: readonly AuthDefinition[] = [
  { type: 'api-key', in: 'header', name: 'X-Key', value: 'secret://env/CANARY' },
  { type: 'api-key', in: 'query', name: 'key', value: 'secret://env/CANARY' },
  { type: 'bearer', token: '${CANARY}' },
  { type: 'basic', username: 'ada', password: 'secret://env/CANARY' },
  oauth,
  { ...oauth, clientAuthentication: 'body' },
  { type: 'login', post: '/login', body: { password: '${CANARY}' }, token: '/access_token', header: 'Authorization', prefix: '' },
];

describe('secrets', () => {
  test.each(auths)('of $type are in no error and no log, even where the system repeats them', async (auth) => {
    const token = auth.type === 'oauth2' || auth.type === 'login' ? issued : '';
    const server = await startServer((request, response, count) => {
      if (request.url === '/oauth/token' || request.url === '/login') {
        sendJson(response, count > 20 ? 500 : 200, { access_token: issued, expires_in: 3_600, echo: [request.headers, request.body] });
        return;
      }
      // Everything that was sent comes back: as JSON, within JSON text, and as it was.
      const echo = JSON.stringify({ headers: request.headers, url: request.url, decoded: decodeURIComponent(request.url), basic: Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString() });
      const statuses = [401, 400, 403, 404, 409, 422, 500, 503, 302, 200, 200];
      const status = statuses[count % statuses.length] ?? 200;
      response.writeHead(status, { 'content-type': 'text/html', 'set-cookie': canary.replace(/"/g, ''), location: `http://127.0.0.1:9/?k=${encodeURIComponent(canary)}` });
      response.end(status === 200 ? `<html>${echo} ${canary} ${token}` : `${echo} ${canary} ${token}`);
    });
    const { client, log } = clientOf(systemAt(server.url, { auth }), {}, { CANARY: canary });
    const seen: unknown[] = [];
    for (let at = 0; at < 25; at++) {
      seen.push(await client.send(post('/contacts', { query: { at } })).then((verdict) => (verdict.outcome === 'ok' ? null : verdict.error)));
      seen.push(await client.request(get('/contacts')).catch((error: unknown) => error));
    }
    seen.push(log);
    const text = `${inspect(seen, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null })} ${JSON.stringify(seen)}`;
    expect(seen.filter((each) => each instanceof Error).length).toBeGreaterThan(20);
    for (const secret of [canary, canary.slice(0, 12), encodeURIComponent(canary), JSON.stringify(canary).slice(1, -1), issued, Buffer.from(`ada:${canary}`).toString('base64')]) {
      expect(text.includes(secret), secret).toBe(false);
    }
  });

  it('that are cut in two by the end of an excerpt leave no half behind', () => {
    const register = createSecretRegister();
    const secret = 'S'.repeat(200);
    register.add(secret);
    const redact = (text: string): string => register.redact(text);
    for (const before of [300, 400, 499, 501, 39_900, 40_000]) {
      expect(excerptOf(`${'x'.repeat(before)}${secret}`, redact)).not.toContain('SSS');
      expect(excerptOf(`${' '.repeat(before)}${secret}${'y'.repeat(50_000)}`, redact)).not.toContain('SSS');
    }
  });

  it('in a request name are redacted too', async () => {
    const server = await startServer((_request, response) => sendJson(response, 500, {}));
    const { client, log } = clientOf(systemAt(server.url, { headers: { 'X-Tenant': '${TENANT}' } }), {}, { TENANT: 'tenant-canary-1' });
    const verdict = await client.send(get('/t/tenant-canary-1/contacts'));
    expect(JSON.stringify([verdict.outcome === 'ok' ? '' : [verdict.error.message, verdict.error.detail], log])).not.toContain('tenant-canary-1');
  });
});

describe('the register', () => {
  it('forgets the oldest of very many, so that tokens of years do not pile up', () => {
    const register = createSecretRegister();
    for (let at = 0; at < 600; at++) register.add(`token-number-${at}-end`);
    expect(register.redact('token-number-599-end')).not.toContain('599');
    expect(register.redact('token-number-0-end')).toContain('token-number-0-end');
  });

  it('leaves texts without secrets as they are', () => {
    expect(createSecretRegister().redact('crm: GET /contacts was answered with 404 Not Found')).toBe('crm: GET /contacts was answered with 404 Not Found');
  });
});
