import { request as httpRequest } from 'node:http';
import { expect, test, vi } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

const ada = { email_address: 'ada@example.com' };

async function members(sandbox: RunningSandbox): Promise<number> {
  return (await sandbox.admin('GET', '/mailing/members/count')).json.count;
}

/** Posts a member and reads whatever comes back, until the connection ends or 2,000,000 bytes came. */
function postRaw(sandbox: RunningSandbox): Promise<{ readonly outcome: string; readonly body: string }> {
  return new Promise((resolve) => {
    let body = '';
    const request = httpRequest(`${sandbox.url}/mailing/members?api_key=sandbox-only-mailing`, { method: 'POST', headers: { 'content-type': 'application/json' }, agent: false });
    request.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ outcome: error.code ?? 'error', body });
    });
    request.on('response', (response) => {
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
        if (body.length <= 2_000_000) return;
        resolve({ outcome: 'too much', body });
        request.destroy();
      });
      response.on('error', (error: NodeJS.ErrnoException) => {
        resolve({ outcome: error.code ?? 'error', body });
      });
      response.on('end', () => {
        resolve({ outcome: String(response.statusCode), body });
      });
    });
    request.end(JSON.stringify(ada));
  });
}

// kind, further fields, how the request ends, what its body holds, how many records there are afterwards
test.each([
  ['status', { status: 503, retryAfter: 7 }, '503', 'injected', 0],
  ['status', { status: 502, execute: true }, '502', 'injected', 1],
  ['status', { status: 400, body: '{"why":"said so"}' }, '400', '{"why":"said so"}', 0],
  ['html', {}, '200', '<!doctype html>', 0],
  ['html', { execute: true }, '200', '<!doctype html>', 1],
  ['empty', {}, '200', '', 0],
  ['invalid-json', {}, '200', '{"data"', 0],
  ['reset-before', {}, 'ECONNRESET', '', 0],
  ['reset-before', { execute: true }, 'ECONNRESET', '', 0],
  ['reset-after', {}, 'ECONNRESET', '', 1],
  ['cut', { bytes: 9 }, 'ECONNRESET', '{"id":"m-', 1],
  ['cut', { bytes: 0 }, 'ECONNRESET', '', 1],
  ['slow-drip', { bytes: 50, ms: 1 }, '201', 'ada@example.com', 1],
  ['endless', {}, 'too much', 'filler', 0],
  ['delay', { ms: 1 }, '201', 'ada@example.com', 1],
] as const)('a fault %s %o ends in %s with "%s" and %i records', async (kind, fields, outcome, text, count) => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'mailing', kind, ...fields });
  const answer = await postRaw(sandbox);
  expect(answer.outcome).toBe(outcome);
  if (kind === 'cut' || kind === 'empty') expect(answer.body).toBe(text);
  else expect(answer.body).toContain(text);
  expect(await members(sandbox)).toBe(count);
  expect((await sandbox.lines('/mailing/log')).length).toBe(count);
  expect((await sandbox.mailing('GET', '/members')).status).toBe(200);
});

test('a status fault sends its Retry-After', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'books', kind: 'status', status: 429, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' });
  const answer = await sandbox.books('GET', '/customers');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, 'Wed, 21 Oct 2026 07:28:00 GMT']);
});

test('a hanging request is never answered, and may have been executed', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'mailing', kind: 'hang', execute: true });
  const abort = new AbortController();
  const hanging = fetch(`${sandbox.url}/mailing/members?api_key=sandbox-only-mailing`, {
    method: 'POST', body: JSON.stringify(ada), headers: { 'content-type': 'application/json' }, signal: abort.signal,
  }).catch(() => 'aborted');
  await vi.waitFor(async () => {
    expect(await members(sandbox)).toBe(1);
  });
  abort.abort();
  expect(await hanging).toBe('aborted');
});

test('a partial fault fails single items of a batch and executes the rest', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'mailing', path: '/members/batch', kind: 'partial', items: [1], status: 500, error: 'try later' });
  const items = ['a', 'b', 'c'].map((name) => ({ email_address: `${name}@example.com` }));
  const { json } = await sandbox.mailing('POST', '/members/batch', { items });
  expect(json.results.map((result: { status: number }) => result.status)).toEqual([201, 500, 201]);
  expect(json.results[1].error).toBe('try later');
  expect(await members(sandbox)).toBe(2);
});

test('a fault happens to the requests it names, after those it skips, as often as it says', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'books', kind: 'status', status: 500, method: 'get', path: '/books/customers', skip: 1, times: 2 });
  const get = async () => (await sandbox.books('GET', '/customers')).status;
  expect((await sandbox.books('GET', '/invoices')).status).toBe(200);
  expect((await sandbox.books('POST', '/customers', { name: 'Acme' })).status).toBe(201);
  expect((await sandbox.desk('GET', '/users')).status).toBe(200);
  expect([await get(), await get(), await get(), await get()]).toEqual([200, 500, 500, 200]);
  const { faults } = (await sandbox.admin('GET', '/faults')).json;
  expect(faults).toMatchObject([{ id: 'fault-1', matched: 3, fired: 2 }]);
});

async function statusesByChance(seed: number): Promise<number[]> {
  const sandbox = await RunningSandbox.start();
  await sandbox.unlimited('books');
  await sandbox.admin('POST', '/faults', { system: 'books', kind: 'status', status: 500, times: -1, probability: 0.4, seed });
  const statuses: number[] = [];
  for (let count = 0; count < 30; count += 1) statuses.push((await sandbox.books('GET', '/customers')).status);
  return statuses;
}

test('a fault by chance happens to the same requests each time', async () => {
  const first = await statusesByChance(9);
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await statusesByChance(9)).toEqual(first);
  expect(await statusesByChance(10)).not.toEqual(first);
});

test('faults are removed one by one or all together', async () => {
  const sandbox = await RunningSandbox.start();
  const { json } = await sandbox.admin('POST', '/faults', { system: 'desk', kind: 'empty', times: -1 });
  await sandbox.admin('POST', '/faults', { system: 'desk', kind: 'status', status: 500, times: -1 });
  await sandbox.admin('DELETE', `/faults/${json.id}`);
  expect((await sandbox.desk('GET', '/users')).status).toBe(500);
  await sandbox.admin('DELETE', '/faults');
  expect((await sandbox.desk('GET', '/users')).status).toBe(200);
});

test('a request without valid credentials meets no fault', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'desk', kind: 'status', status: 500 });
  expect((await sandbox.send('GET', '/desk/users')).status).toBe(401);
  expect((await sandbox.desk('GET', '/users')).status).toBe(500);
});

test('the token endpoint can fail too', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'crm', path: '/oauth/token', kind: 'html' });
  const answer = await sandbox.send('POST', '/crm/oauth/token', { grant_type: 'client_credentials' });
  expect(answer.headers.get('content-type')).toContain('text/html');
});

test.each([
  [{ system: 'crm', kind: 'explode' }, 'kind'],
  [{ system: 'hubspot', kind: 'empty' }, 'hubspot'],
  [{ kind: 'empty' }, 'system'],
  [{ system: 'crm', kind: 'empty', when: 'now' }, 'when'],
  [{ system: 'crm', kind: 'empty', times: 0 }, 'times'],
  [{ system: 'crm', kind: 'status', status: 99 }, 'status'],
  [{ system: 'crm', kind: 'status', retryAfter: 'a\r\nb: c' }, 'retryAfter'],
])('the fault %o is refused and the message names %s', async (fault, named) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.send('POST', '/_admin/faults', fault);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.json.error).toContain(named);
});
