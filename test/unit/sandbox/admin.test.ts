import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

test('touching changes records as users would, with later versions and lines in the log', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 100, seed: 1 });
  const before = new Map((await sandbox.lines('/crm/contacts/state')).map((contact) => [contact.id, contact]));
  const { json } = await sandbox.admin('POST', '/crm/contacts/touch', { count: 10, edit: 'random', seed: 1 });
  expect(json.touched).toBe(10);
  expect(new Set(json.ids).size).toBe(10);
  const after = await sandbox.lines('/crm/contacts/state');
  const changed = after.filter((contact) => contact.updated_at !== before.get(contact.id).updated_at);
  const changedIds: string[] = changed.map((contact) => contact.id);
  expect(changedIds.toSorted()).toEqual((json.ids as string[]).toSorted());
  for (const { updated_at: _updated, ...fields } of changed) expect(before.get(fields.id)).not.toMatchObject(fields);
  const log = await sandbox.lines('/crm/log?object=contacts&by=admin&after=1');
  expect(log.map((op) => [op.op, op.id, op.by])).toEqual(json.ids.map((id: string) => ['update', id, 'admin']));
});

test('touching named records sets the fields it names', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.desk('POST', '/users', { user: { name: 'Ada', external_id: 'x' } });
  await sandbox.desk('POST', '/users', { user: { name: 'Eve' } });
  await sandbox.admin('POST', '/desk/users/touch', { ids: [100_001], fields: { name: 'Ada King', id: 5 } });
  expect((await sandbox.desk('GET', '/users/100001')).json.user).toMatchObject({ id: 100_001, name: 'Ada King', revision: 2 });
  const conflict = await sandbox.send('POST', '/_admin/desk/users/touch', { ids: ['100002'], fields: { external_id: 'x' } });
  expect(conflict.status).toBe(409);
});

test('purging takes records away for good', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 5 });
  expect((await sandbox.admin('POST', '/crm/contacts/purge', { ids: ['c-000002', 'c-000004'] })).json).toEqual({ purged: 2 });
  expect((await sandbox.crm('GET', '/contacts/c-000002')).status).toBe(404);
  const { json } = await sandbox.crm('GET', '/contacts?limit=2');
  const rest = await sandbox.crm('GET', `/contacts?limit=2&cursor=${json.next}`);
  expect([...json.data, ...rest.json.data].map((contact: { id: string }) => contact.id)).toEqual(['c-000001', 'c-000003', 'c-000005']);
  expect(rest.json.next).toBeNull();
});

test('the log can be read on from a number, for one object', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.mailing('POST', '/members', { email_address: 'a@example.com' });
  await sandbox.mailing('POST', '/campaigns', { name: 'Spring' });
  await sandbox.mailing('POST', '/members', { email_address: 'b@example.com' });
  expect((await sandbox.lines('/mailing/log?after=1')).map((op) => op.id)).toEqual(['cmp-1', 'm-2']);
  expect((await sandbox.lines('/mailing/log?object=members')).map((op) => op.keys)).toEqual([{ email_address: 'a@example.com' }, { email_address: 'b@example.com' }]);
});

test('requests are counted by system, route and status', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.books('GET', '/customers');
  await sandbox.books('GET', '/customers/CUS-000007');
  await sandbox.books('GET', '/customers/CUS-000008');
  await sandbox.send('GET', '/books/customers');
  const { json } = await sandbox.admin('GET', '/stats');
  expect(json.systems.books).toMatchObject({
    requests: 4,
    routes: { 'GET /books/customers': { 200: 1, 401: 1 }, 'GET /books/customers/:id': { 404: 2 } },
    peakConcurrency: 1,
  });
  expect(json.systems.crm.requests).toBe(0);
});

test('a reset leaves nothing behind', async () => {
  const sandbox = await RunningSandbox.start({ seedDefault: true });
  expect((await sandbox.crm('GET', '/contacts')).status).toBe(200);
  await sandbox.books('POST', '/customers', { name: 'Acme' }, { 'idempotency-key': 'k' });
  await sandbox.admin('POST', '/faults', { system: 'crm', kind: 'empty', times: -1 });
  await sandbox.admin('POST', '/crm/webhooks', { url: 'http://127.0.0.1:9/hook', secret: 's' });
  await sandbox.admin('POST', '/reset');
  expect((await sandbox.admin('GET', '/crm/contacts/count')).json.count).toBe(0);
  expect((await sandbox.admin('GET', '/faults')).json.faults).toEqual([]);
  expect((await sandbox.admin('GET', '/crm/webhooks')).json.subscriptions).toEqual([]);
  expect((await sandbox.crm('GET', '/contacts')).status).toBe(401);
  const created = await sandbox.books('POST', '/customers', { name: 'Acme' }, { 'idempotency-key': 'k' });
  expect(created.json.id).toBe('CUS-000001');
  expect(created.headers.get('idempotent-replayed')).toBeNull();
});

test.each([
  ['POST', '/nothing/contacts/touch', { count: 1 }, 404, 'nothing'],
  ['POST', '/crm/leads/touch', { count: 1 }, 404, 'leads'],
  ['POST', '/crm/contacts/touch', {}, 400, 'count'],
  ['POST', '/crm/contacts/touch', { count: 1, edit: 'wild' }, 400, 'edit'],
  ['POST', '/crm/contacts/touch', { ids: ['c-000009'] }, 404, 'c-000009'],
  ['POST', '/crm/contacts/purge', { ids: 'c-000001' }, 400, 'ids'],
  ['POST', '/seed', { system: 'chat', object: 'messages', count: 3 }, 404, 'chat/messages'],
  ['POST', '/seed', { system: 'crm', object: 'contacts', count: 3, messy: 2 }, 400, 'messy'],
  ['POST', '/seed', { system: 'crm', object: 'contacts', count: 2_000_000 }, 400, 'count'],
  ['POST', '/seed', [], 400, 'object'],
  ['POST', '/crm/webhooks', { url: 'http://example.com/hook', secret: 's' }, 400, 'url'],
  ['POST', '/crm/webhooks', { url: 'http://127.0.0.1.example.com/hook', secret: 's' }, 400, 'url'],
  ['POST', '/crm/webhooks', { url: 'http://127.0.0.1:9/hook' }, 400, 'secret'],
  ['GET', '/crm/log?after=x', undefined, 400, 'after'],
  ['GET', '/nowhere', undefined, 404, '/_admin/nowhere'],
] as const)('%s %s %o is refused, naming what is wrong', async (method, path, body, status, named) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.send(method, `/_admin${path}`, body);
  expect(answer.status).toBe(status);
  expect(answer.json.error).toContain(named);
});

test.each([
  ['a page of another origin', { origin: 'http://evil.example' }],
  ['a name that was pointed at this machine', { host: 'evil.example' }],
])('the admin API does not answer %s', async (_name, headers) => {
  const sandbox = await RunningSandbox.start();
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${sandbox.url}/_admin/stats`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject).end();
  });
  expect(status).toBe(403);
});
