import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

test('pages are silently capped at 100 and count all there are', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'desk', object: 'users', count: 230 });
  const page = await sandbox.desk('GET', '/users?limit=500');
  expect(page.json.users).toHaveLength(100);
  expect(page.json.count).toBe(230);
  const rest = await sandbox.desk('GET', '/users?limit=100&offset=200');
  expect(rest.json.users.map((user: { id: number }) => user.id)).toEqual(Array.from({ length: 30 }, (_, index) => 100_201 + index));
});

test('offsets shift when a record before them is deleted', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'desk', object: 'users', count: 5 });
  expect((await sandbox.desk('DELETE', '/users/100001')).status).toBe(204);
  const { json } = await sandbox.desk('GET', '/users?offset=1&limit=1');
  expect(json).toMatchObject({ users: [{ id: 100_003 }], count: 4 });
});

test('a deleted record is gone, and its id is not used again', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.desk('POST', '/users', { user: { name: 'Ada' } });
  await sandbox.desk('DELETE', '/users/100001');
  expect((await sandbox.desk('GET', '/users/100001')).status).toBe(404);
  expect((await sandbox.desk('DELETE', '/users/100001')).status).toBe(404);
  expect((await sandbox.desk('POST', '/users', { user: { name: 'Ada' } })).json.user.id).toBe(100_002);
});

test('an ETag goes with each record, and If-Match is checked where it is sent', async () => {
  const sandbox = await RunningSandbox.start();
  const created = await sandbox.desk('POST', '/users', { user: { name: 'Ada', nickname: 'A' } });
  expect(created.json.user).not.toHaveProperty('nickname');
  const etag = created.headers.get('etag') ?? '';
  const changed = await sandbox.desk('PUT', '/users/100001', { user: { phone: '+44 20' } }, { 'if-match': etag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
  expect(changed.json.user).toMatchObject({ name: 'Ada', phone: '+44 20' });
  expect((await sandbox.desk('PUT', '/users/100001', { user: { phone: '1' } }, { 'if-match': etag })).status).toBe(412);
  expect((await sandbox.desk('PUT', '/users/100001', { user: { phone: '1' } })).status).toBe(200);
  expect((await sandbox.desk('GET', '/users/100001')).headers.get('etag')).toBe('"3"');
});

test('an external_id belongs to one user, until that user gives it up', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.desk('POST', '/users', { user: { name: 'Ada', external_id: 'c-1' } });
  const refused = await sandbox.desk('POST', '/users', { user: { name: 'Other', external_id: 'c-1' } });
  expect(refused.status).toBe(409);
  expect(refused.json.error).toMatchObject({ code: 'duplicate', existing_id: 100_001 });
  expect((await sandbox.desk('PUT', '/users/100001', { user: { external_id: 'c-1' } })).status).toBe(200);
  await sandbox.desk('PUT', '/users/100001', { user: { external_id: null } });
  expect((await sandbox.desk('POST', '/users', { user: { name: 'Other', external_id: 'c-1' } })).status).toBe(201);
  expect((await sandbox.desk('GET', '/users?external_id=c-1')).json).toMatchObject({ users: [{ name: 'Other' }], count: 1 });
});

test.each([
  ['no wrapper', { name: 'Ada' }, 'base'],
  ['no name', { user: { email: 'ada@example.com' } }, 'name'],
  ['an e-mail address that is none', { user: { name: 'Ada', email: 'ada at example.com' } }, 'email'],
])('the desk refuses a user with %s', async (_name, body, field) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.desk('POST', '/users', body);
  expect(answer.status).toBe(422);
  expect(Object.keys(answer.json.error.details)).toEqual([field]);
});

test('updated_since filters by whole seconds, inclusively', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'desk', object: 'users', count: 80 });
  const all: { readonly updated_at: string }[] = await sandbox.lines('/desk/users/state');
  const since = all.map((user) => user.updated_at).toSorted()[40] ?? '';
  const expected = all.filter((user) => user.updated_at >= since).length;
  const { json } = await sandbox.desk('GET', `/users?limit=100&updated_since=${since}`);
  expect(json.count).toBe(expected);
  expect(json.users).toHaveLength(expected);
  expect(json.users.every((user: { updated_at: string }) => user.updated_at >= since)).toBe(true);
});
