import { describe, expect, it, test } from 'vitest';
import { changed, checkTexts, crmText, shown } from '../config/checked-texts.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, never, objectWith } from './connector-under-test.js';

// Row 15 of the security matrix. What records bring in is in test/faults/rows/hostile-target.test.ts.
const withVariable = objectWith({ get: { method: 'GET', path: '/${TENANT}/contacts/{id}', record: '' } });

describe('row 15: a path template', () => {
  it.each(['../admin', '%2e%2E/admin', '..', 'a/./b', '/evil.example', 'a#b', 'a@b', 'a\\b', 'a b', 'a\r\nX-Evil: 1', 'a\u0000'])('with a variable that stands for %j sends nothing', async (tenant) => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: '7' }));
    const failing = connectorAt(`${server.url}/api`, withVariable, { env: { TENANT: tenant } }).get('contact', '7', never);
    await expect(failing).rejects.toMatchObject({ detail: { outcome: 'fail' }, message: expect.stringContaining('a variable in its path') });
    expect(server.received).toEqual([]);
  });

  it('with one that stands for a part of a path is sent as it is', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: '7' }));
    await connectorAt(`${server.url}/api`, withVariable, { env: { TENANT: 'acme/eu.v1' } }).get('contact', '7', never);
    expect(server.received[0]?.url).toBe('/api/acme/eu.v1/contacts/7');
  });

  it.each(['/../admin', '/%2e%2e/admin', '//evil.example', '/a@b', '/a#b', '/a\\\\b', '/a\\r\\nX: 1'])('%s is refused by check', (path) => {
    expect(shown(checkTexts({ 'crm.yaml': changed(crmText, 'get: /contacts', `get: "${path}"`) })).join()).toContain('error invalid-path');
  });
});

describe('row 15: a configured header', () => {
  it('with a line break is refused by check, and its value is not shown', () => {
    const lines = shown(checkTexts({ 'crm.yaml': changed(crmText, 'auth:', 'headers: { X-Tenant: "canary\\r\\nX-Evil: 1" }\nauth:') }));
    expect(lines).toEqual([expect.stringMatching(/error invalid-header (?!.*canary)/)]);
  });

  test.each(['canary\r\nX-Evil: 1', 'canary\n', 'canary\u0000', 'canary\u2028'])('that a variable fills with %j is not sent, and its value is not shown', async (value) => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: '7' }));
    const failing = connectorAt(server.url, objectWith(), { headers: { 'X-Tenant': '${TENANT}' }, env: { TENANT: value } }).get('contact', '7', never);
    await expect(failing).rejects.toThrow(/^(?!.*canary)/s);
    expect(server.received).toEqual([]);
  });
});
