import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

const ada = { email_address: 'ada@example.com', full_name: 'Ada Byron' };

test('following the Link headers reads every member once, and the key is not in them', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'mailing', object: 'members', count: 2345 });
  const ids: string[] = [];
  let path: string | undefined = '/members?per_page=1000';
  while (path !== undefined) {
    const page = await sandbox.mailing('GET', path);
    ids.push(...page.json.map((member: { id: string }) => member.id));
    const link = page.headers.get('link');
    expect(link ?? '').not.toContain('api_key');
    path = link === null ? undefined : /^<[^>]*\/mailing([^>]*)>; rel="next"$/.exec(link)?.[1];
  }
  expect(ids).toEqual(Array.from({ length: 2345 }, (_, index) => `m-${index + 1}`));
});

test('changed_since goes on over the pages of a Link header', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'mailing', object: 'members', count: 100 });
  const { json } = await sandbox.admin('POST', '/mailing/members/touch', { count: 5, edit: 'random' });
  const first = await sandbox.mailing('GET', '/members?per_page=3&changed_since=2026-01-01T00:00:00Z');
  const next = /<[^>]*\/mailing([^>]*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await sandbox.mailing('GET', next);
  expect(second.headers.get('link')).toBeNull();
  const ids: string[] = [...first.json, ...second.json].map((member: { id: string }) => member.id);
  expect(ids.toSorted()).toEqual((json.ids as string[]).toSorted());
});

test('an e-mail address belongs to one member, whatever its case', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.mailing('POST', '/members', ada)).status).toBe(201);
  const refused = await sandbox.mailing('POST', '/members', { email_address: 'ADA@example.com' });
  expect(refused.status).toBe(409);
  expect(refused.json).toEqual({ title: 'Member Exists', existing_id: 'm-1' });
  expect((await sandbox.mailing('GET', '/members?email=Ada%40Example.com')).json).toMatchObject([{ id: 'm-1' }]);
  await sandbox.mailing('POST', '/members/m-1/archive');
  expect((await sandbox.mailing('GET', '/members/m-1')).json.status).toBe('archived');
  expect((await sandbox.mailing('POST', '/members', ada)).status).toBe(409);
  await sandbox.mailing('PATCH', '/members/m-1', { email_address: 'new@example.com' });
  expect((await sandbox.mailing('POST', '/members', ada)).json.id).toBe('m-2');
});

test.each([
  ['no address', { full_name: 'Ada' }, 'email_address'],
  ['an empty address', { email_address: '' }, 'email_address'],
  ['no at sign', { email_address: 'ada.example.com' }, 'email_address'],
  ['no domain', { email_address: 'ada@example' }, 'email_address'],
  ['two at signs', { email_address: 'ada@@example.com' }, 'email_address'],
  ['a blank', { email_address: ' ada@example.com' }, 'email_address'],
  ['two addresses', { email_address: 'ada@example.com;b@example.com' }, 'email_address'],
  ['a name of 256 characters', { ...ada, full_name: 'x'.repeat(256) }, 'full_name'],
  ['tags that are no list', { ...ada, tags: 'a,b' }, 'tags'],
])('a member with %s is refused', async (_name, body, field) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.mailing('POST', '/members', body);
  expect(answer.status).toBe(422);
  expect(answer.json.errors).toEqual([{ field, message: expect.any(String) }]);
});

test('the length of a name is counted in characters, not in units', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.mailing('POST', '/members', { ...ada, full_name: '🙂'.repeat(255) })).status).toBe(201);
  expect((await sandbox.mailing('PATCH', '/members/m-1', { full_name: '🙂'.repeat(256) })).status).toBe(422);
});

test('a batch answers each item in its place', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.mailing('POST', '/members', ada);
  const { status, json } = await sandbox.mailing('POST', '/members/batch', {
    items: [
      { email_address: 'b@example.com' },
      { email_address: 'ADA@example.com' },
      { id: 'm-1', full_name: 'Ada King' },
      { email_address: 'nonsense' },
      { id: 'm-77', full_name: 'Nobody' },
      { email_address: 'B@example.com' },
      { id: 7 },
      null,
    ],
  });
  expect(status).toBe(200);
  expect(json.results.map((result: { status: number }) => result.status)).toEqual([201, 409, 200, 422, 404, 409, 422, 422]);
  expect(json.results[0]).toMatchObject({ id: 'm-2', member: { id: 'm-2', email_address: 'b@example.com', status: 'subscribed' } });
  expect(json.results[1]).toMatchObject({ error: 'Member Exists', existing_id: 'm-1' });
  expect(json.results[2].member).toMatchObject({ id: 'm-1', full_name: 'Ada King', email_address: 'ada@example.com' });
  expect(json.results[3]).toMatchObject({ error: expect.stringContaining('email_address'), errors: [{ field: 'email_address' }] });
});

test.each([
  ['more than 100 items', { items: Array.from({ length: 101 }, (_, index) => ({ email_address: `x${index}@example.com` })) }, 413],
  ['no list', { items: {} }, 422],
])('a batch with %s is refused as a whole', async (_name, body, status) => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.mailing('POST', '/members/batch', body)).status).toBe(status);
  expect((await sandbox.admin('GET', '/mailing/members/count')).json.count).toBe(0);
});

test.each([['', 401], ['?api_key=wrong', 401], ['?api_key=sandbox-only-mailing&api_key=wrong', 401], ['?api_key=sandbox-only-mailing', 200]])(
  'a list with the query "%s" is answered with %i',
  async (query, status) => {
    const sandbox = await RunningSandbox.start();
    expect((await sandbox.send('GET', `/mailing/members${query}`)).status).toBe(status);
  },
);

test('campaigns are kept besides the members', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.mailing('POST', '/campaigns', { name: 'Spring' })).json).toMatchObject({ id: 'cmp-1', status: 'draft' });
  expect((await sandbox.mailing('PATCH', '/campaigns/cmp-1', { status: 'sent' })).json.status).toBe('sent');
  expect((await sandbox.mailing('GET', '/campaigns')).json).toHaveLength(1);
});
