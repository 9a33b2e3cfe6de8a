import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { RunningSandbox } from './running-sandbox.js';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  folders.push(folder);
  return folder;
}

async function count(sandbox: RunningSandbox, object: string): Promise<number> {
  return (await sandbox.admin('GET', `/crm/${object}/count`)).json.count;
}

const objects = ['crm/accounts', 'crm/contacts', 'crm/deals', 'books/customers', 'desk/users', 'mailing/members', 'projects/projects', 'chat/messages'];

async function everything(sandbox: RunningSandbox): Promise<unknown> {
  const entries: [string, unknown][] = [];
  for (const object of objects) entries.push([object, await sandbox.lines(`/${object}/state`)]);
  return Object.fromEntries(entries);
}

/** Makes every kind of write in every system. */
async function work(sandbox: RunningSandbox): Promise<void> {
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'accounts', count: 30, seed: 4, messy: 0.3 });
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 200, seed: 4, messy: 0.5 });
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'deals', count: 20, seed: 4 });
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 50, seed: 4, messy: 0.5 });
  await sandbox.crm('PATCH', '/contacts/c-000003', { notes: 'Übergröße 🙂' });
  await sandbox.crm('DELETE', '/contacts/c-000004');
  await sandbox.crm('POST', '/contacts', { email: 'new@example.com' });
  await sandbox.admin('POST', '/crm/contacts/touch', { count: 9, edit: 'random', seed: 2 });
  await sandbox.admin('POST', '/crm/contacts/purge', { ids: ['c-000010', 'c-000011'] });
  await sandbox.books('POST', '/customers', { name: 'Acme' }, { 'idempotency-key': 'k-1' });
  await sandbox.books('PUT', '/customers/CUS-000001', { state: 'ARCHIVED' }, { 'if-match': '"1"' });
  await sandbox.desk('POST', '/users', { user: { name: 'Ada', external_id: 'x-1' } });
  await sandbox.desk('POST', '/users', { user: { name: 'Eve' } });
  await sandbox.desk('DELETE', '/users/100002');
  await sandbox.mailing('POST', '/members/batch', { items: ['a', 'b', 'c'].map((name) => ({ email_address: `${name}@example.com` })) });
  await sandbox.mailing('PATCH', '/members/m-2', { email_address: 'moved@example.com' });
  await sandbox.mailing('POST', '/members/m-3/archive');
  await sandbox.projects('POST', '/projects', { project: { name: 'Launch' } });
  await sandbox.chat('POST', '/messages', { channel: 'general', text: 'hello', client_msg_id: 'x' });
}

test('a restart keeps every record, version and log line', async () => {
  const dataFolder = await newFolder();
  const before = await RunningSandbox.start({ dataFolder });
  await work(before);
  const state = await everything(before);
  const log = await before.lines('/crm/log');
  await before.stop();
  const after = await RunningSandbox.start({ dataFolder });
  expect(await everything(after)).toEqual(state);
  expect(await after.lines('/crm/log')).toEqual(log);
});

test('what was answered is in the log by then, so that a killed sandbox loses nothing', async () => {
  const dataFolder = await newFolder();
  const killed = await RunningSandbox.start({ dataFolder });
  await work(killed);
  const copy = await newFolder();
  // The copy is what a process that dies at this moment leaves behind.
  await cp(dataFolder, copy, { recursive: true });
  const after = await RunningSandbox.start({ dataFolder: copy });
  expect(await everything(after)).toEqual(await everything(killed));
});

test('a restart goes on with ids, unique values and idempotency keys where it stopped', async () => {
  const dataFolder = await newFolder();
  const before = await RunningSandbox.start({ dataFolder });
  await work(before);
  const first = await before.books('POST', '/customers', { name: 'Second' }, { 'idempotency-key': 'k-2' });
  await before.stop();
  const after = await RunningSandbox.start({ dataFolder });
  const again = await after.books('POST', '/customers', { name: 'Second' }, { 'idempotency-key': 'k-2' });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.text).toBe(first.text);
  expect((await after.desk('POST', '/users', { user: { name: 'New' } })).json.user.id).toBe(100_003);
  expect((await after.desk('POST', '/users', { user: { name: 'New', external_id: 'x-1' } })).status).toBe(409);
  expect((await after.mailing('POST', '/members', { email_address: 'B@example.com' })).status).toBe(201);
  const log = await after.lines('/mailing/log');
  expect(log.map((op) => op.seq)).toEqual(log.map((_, index) => index + 1));
});

test('a half written last line is cut off, and the log goes on after it', async () => {
  const dataFolder = await newFolder();
  const before = await RunningSandbox.start({ dataFolder });
  await before.mailing('POST', '/members', { email_address: 'a@example.com' });
  await before.stop();
  await appendFile(join(dataFolder, 'mailing.ops.jsonl'), '{"seq":2,"at":"2026-11-20T10:11:12.345Z","system":"mail');
  const torn = await RunningSandbox.start({ dataFolder });
  await torn.mailing('POST', '/members', { email_address: 'b@example.com' });
  await torn.stop();
  const after = await RunningSandbox.start({ dataFolder });
  expect((await after.lines('/mailing/members/state')).map((member) => member.id)).toEqual(['m-1', 'm-2']);
});

test('a broken line in the middle stops the start with file and line', async () => {
  const dataFolder = await newFolder();
  const path = join(dataFolder, 'desk.ops.jsonl');
  await writeFile(path, 'nonsense\n');
  await expect(startSandbox({ port: 0, dataFolder })).rejects.toThrow(`${path}:1`);
  await writeFile(path, '');
  const sandbox = await RunningSandbox.start({ dataFolder });
  expect((await sandbox.desk('GET', '/users')).status).toBe(200);
});

test('a reset empties the logs for good', async () => {
  const dataFolder = await newFolder();
  const before = await RunningSandbox.start({ dataFolder });
  await work(before);
  await before.admin('POST', '/reset');
  expect(await before.lines('/crm/log')).toEqual([]);
  await before.mailing('POST', '/members', { email_address: 'a@example.com' });
  const state = await everything(before);
  await before.stop();
  const after = await RunningSandbox.start({ dataFolder });
  expect(await everything(after)).toEqual(state);
  expect(state).toMatchObject({ 'crm/contacts': [], 'mailing/members': [{ id: 'm-1' }] });
});

test('a reset in the middle of writing leaves a log that can be replayed', async () => {
  const dataFolder = await newFolder();
  const before = await RunningSandbox.start({ dataFolder });
  await before.unlimited('mailing');
  const post = (name: string) => before.mailing('POST', '/members', { email_address: `${name}@example.com` });
  const writes = Array.from({ length: 60 }, (_, index) => (index % 20 === 10 ? before.admin('POST', '/reset') : post(`m${index}`)));
  await Promise.all(writes);
  const state = await before.lines('/mailing/members/state');
  await before.stop();
  const after = await RunningSandbox.start({ dataFolder });
  expect(await after.lines('/mailing/members/state')).toEqual(state);
});

test('each executed write is one line of the log with what was asked for', async () => {
  const dataFolder = await newFolder();
  const sandbox = await RunningSandbox.start({ dataFolder });
  await sandbox.books('POST', '/customers', { name: 'Acme', reference: 'a-1' }, { 'idempotency-key': 'k-1' });
  await sandbox.books('POST', '/customers', { name: 'Acme', reference: 'a-1' }, { 'idempotency-key': 'k-1' });
  await sandbox.books('POST', '/customers', { name: '' });
  const text = await readFile(join(dataFolder, 'books.ops.jsonl'), 'utf8');
  expect(text.split('\n').slice(0, -1).map((line) => JSON.parse(line))).toEqual([
    {
      seq: 1, at: expect.any(String), system: 'books', object: 'customers', op: 'create', id: 'CUS-000001', by: 'api',
      fields: { name: 'Acme', reference: 'a-1' }, idempotencyKey: 'k-1', requestHash: expect.any(String), keys: { reference: 'a-1' },
    },
  ]);
});

test('seeding by default fills an empty CRM once', async () => {
  const dataFolder = await newFolder();
  const first = await RunningSandbox.start({ dataFolder, seedDefault: true });
  expect([await count(first, 'accounts'), await count(first, 'contacts'), await count(first, 'deals')]).toEqual([200, 2000, 100]);
  await first.stop();
  const second = await RunningSandbox.start({ dataFolder, seedDefault: true });
  expect(await count(second, 'contacts')).toBe(2000);
});
