import { expect, test } from 'vitest';
import { RunningSandbox, type Answer } from './running-sandbox.js';

async function readAll(sandbox: RunningSandbox, query: string): Promise<{ id: string; updated_at: string }[]> {
  const found: { id: string; updated_at: string }[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer = await sandbox.crm('GET', `/contacts?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    found.push(...page.json.data);
    cursor = page.json.next;
  } while (cursor !== null);
  return found;
}

test.each([
  ['form body', 'grant_type=client_credentials&client_id=sandbox-crm&client_secret=sandbox-only-crm', {}, 200],
  ['Basic header', 'grant_type=client_credentials', { authorization: `Basic ${Buffer.from('sandbox-crm:sandbox-only-crm').toString('base64')}` }, 200],
  ['wrong secret', 'grant_type=client_credentials&client_id=sandbox-crm&client_secret=wrong', {}, 401],
  ['no client', 'grant_type=client_credentials', {}, 401],
  ['other grant', 'grant_type=password&client_id=sandbox-crm&client_secret=sandbox-only-crm', {}, 400],
])('the token endpoint answers a %s', async (_name, body, headers, status) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.send('POST', '/crm/oauth/token', body, { 'content-type': 'application/x-www-form-urlencoded', ...headers });
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 1800, access_token: expect.any(String) });
});

test('a token works until it is expired', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.send('GET', '/crm/contacts')).status).toBe(401);
  expect((await sandbox.crm('GET', '/contacts')).status).toBe(200);
  await sandbox.admin('POST', '/crm/expire-tokens');
  const refused = await sandbox.crm('GET', '/contacts');
  expect(refused.status).toBe(401);
  expect(refused.json.error.code).toBe('token_expired');
  const authorization = `Bearer ${await sandbox.newToken()}`;
  expect((await sandbox.crm('GET', '/contacts', undefined, { authorization })).status).toBe(200);
});

test('a contact is created, changed and softly deleted, each time with a later version', async () => {
  const sandbox = await RunningSandbox.start();
  const created = await sandbox.crm('POST', '/contacts', { first_name: 'Ada', email: 'ada@example.com', cf_shoe_size: 38 });
  expect(created.status).toBe(201);
  expect(created.json.data).toMatchObject({ id: 'c-000001', first_name: 'Ada', last_name: null, status: 'active', cf_shoe_size: 38 });
  const changed = await sandbox.crm('PATCH', '/contacts/c-000001', { last_name: 'Byron', id: 'c-9', updated_at: 'x' });
  expect(changed.json.data).toMatchObject({ id: 'c-000001', first_name: 'Ada', last_name: 'Byron' });
  expect(changed.json.data.updated_at > created.json.data.updated_at).toBe(true);
  const deleted = await sandbox.crm('DELETE', '/contacts/c-000001');
  expect(deleted.json.data.status).toBe('deleted');
  expect(deleted.json.data.updated_at > changed.json.data.updated_at).toBe(true);
  expect(await readAll(sandbox, 'limit=10')).toMatchObject([{ id: 'c-000001', status: 'deleted' }]);
  expect((await sandbox.crm('GET', '/contacts/c-000001')).json.data).toEqual(deleted.json.data);
});

test('If-Match is honoured where it is sent', async () => {
  const sandbox = await RunningSandbox.start();
  const { json } = await sandbox.crm('POST', '/contacts', { first_name: 'Ada' });
  const version = json.data.updated_at;
  expect((await sandbox.crm('PATCH', '/contacts/c-000001', { notes: 'a' }, { 'if-match': `"${version}"` })).status).toBe(200);
  expect((await sandbox.crm('PATCH', '/contacts/c-000001', { notes: 'b' }, { 'if-match': version })).status).toBe(412);
  expect((await sandbox.crm('DELETE', '/contacts/c-000001', undefined, { 'if-match': version })).status).toBe(412);
});

test.each([
  ['no record of the id', 'GET', '/contacts/c-999999', undefined, 404],
  ['an unknown path', 'GET', '/nothing', undefined, 404],
  ['a page that is too large', 'GET', '/contacts?limit=501', undefined, 400],
  ['an empty page', 'GET', '/contacts?limit=0', undefined, 400],
  ['a made-up cursor', 'GET', '/contacts?cursor=abc', undefined, 400],
  ['a time without a zone', 'GET', '/contacts?updated_since=2026-11-20', undefined, 400],
  ['a parameter given twice', 'GET', '/contacts?limit=1&limit=2', undefined, 400],
  ['a wrong type', 'POST', '/contacts', { first_name: 7 }, 422],
  ['a value outside the list', 'POST', '/contacts', { lifecycle: 'customer' }, 422],
  ['a missing name', 'POST', '/accounts', { domain: 'a.example' }, 422],
  ['a list as body', 'POST', '/contacts', [], 422],
  ['broken JSON', 'POST', '/contacts', '{"first_name": ', 400],
  ['a polluting field', 'POST', '/contacts', '{"__proto__": {"status": "deleted"}}', 400],
] as const)('the CRM refuses %s', async (_name, method, path, body, status) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.crm(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.json.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
});

test('following the cursor reads every contact once, also when one changes meanwhile', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.unlimited('crm');
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 1203, seed: 5 });
  const first = await sandbox.crm('GET', '/contacts?limit=500');
  await sandbox.crm('PATCH', '/contacts/c-000001', { notes: 'changed between the pages' });
  await sandbox.crm('PATCH', '/contacts/c-000900', { notes: 'changed between the pages' });
  const second = await sandbox.crm('GET', `/contacts?limit=500&cursor=${first.json.next}`);
  const third = await sandbox.crm('GET', `/contacts?limit=500&cursor=${second.json.next}`);
  expect(third.json.next).toBeNull();
  const ids = [first, second, third].flatMap((page) => page.json.data.map((contact: { id: string }) => contact.id));
  expect(ids).toHaveLength(1203);
  expect(new Set(ids).size).toBe(1203);
});

test('updated_since gives exactly the contacts changed at that time or later, oldest change first', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.unlimited('crm');
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 700, seed: 2 });
  const everyone: { readonly id: string; readonly updated_at: string }[] = await sandbox.lines('/crm/contacts/state');
  const versions = everyone.map((contact) => contact.updated_at).toSorted();
  const since = versions[300] ?? '';
  const expected = everyone.filter((contact) => contact.updated_at >= since).map((contact) => contact.id).toSorted();
  const found = await readAll(sandbox, `limit=90&updated_since=${since}`);
  expect(found.map((contact) => contact.id).toSorted()).toEqual(expected);
  expect(found.map((contact) => contact.updated_at)).toEqual(found.map((contact) => contact.updated_at).toSorted());

  const { json } = await sandbox.admin('POST', '/crm/contacts/touch', { count: 7, edit: 'random', seed: 3 });
  const fresh = await readAll(sandbox, `limit=3&updated_since=2026-01-01T00:00:00.000Z`);
  expect(fresh.map((contact) => contact.id).toSorted()).toEqual(json.ids.toSorted());
});

test('contacts are found by e-mail without regard to case', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.crm('POST', '/contacts', { email: 'Ada@Example.com' });
  await sandbox.crm('POST', '/contacts', { email: 'ada@example.com' });
  await sandbox.crm('PATCH', '/contacts/c-000002', { email: 'byron@example.com' });
  const ids = async (email: string) => (await sandbox.crm('GET', `/contacts?email=${email}`)).json.data.map((contact: { id: string }) => contact.id);
  expect(await ids('ADA@EXAMPLE.COM')).toEqual(['c-000001']);
  expect(await ids('byron@example.com')).toEqual(['c-000002']);
  expect(await ids('nobody@example.com')).toEqual([]);
});
