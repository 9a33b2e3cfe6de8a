import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

test('a wrong or missing key is refused', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.send('GET', '/books/customers')).status).toBe(401);
  expect((await sandbox.books('GET', '/customers', undefined, { 'x-api-key': 'wrong' })).status).toBe(401);
});

test('a change has to name the version that it changes', async () => {
  const sandbox = await RunningSandbox.start();
  const created = await sandbox.books('POST', '/customers', { name: 'Acme', currency: 'JPY', annualRevenue: 123_456 });
  expect(created.status).toBe(201);
  expect(created.json).toMatchObject({ id: 'CUS-000001', version: 1, annualRevenue: 123_456, state: 'ACTIVE' });
  expect(created.headers.get('etag')).toBe('"1"');
  expect((await sandbox.books('PUT', '/customers/CUS-000001', { name: 'Acme Ltd' })).status).toBe(428);
  expect((await sandbox.books('PUT', '/customers/CUS-000001', { name: 'Acme Ltd' }, { 'if-match': '"2"' })).status).toBe(412);
  const changed = await sandbox.books('PUT', '/customers/CUS-000001', { name: 'Acme Ltd' }, { 'if-match': '"1"' });
  expect(changed.json).toMatchObject({ name: 'Acme Ltd', currency: 'JPY', annualRevenue: 123_456, version: 2 });
  expect((await sandbox.books('PUT', '/customers/CUS-000001', { name: 'Late' }, { 'if-match': '"1"' })).status).toBe(412);
});

test('the same idempotency key makes one record, and another request under it is refused', async () => {
  const sandbox = await RunningSandbox.start();
  const key = { 'idempotency-key': 'k-1' };
  const [first, second] = await Promise.all([
    sandbox.books('POST', '/customers', { name: 'Acme' }, key),
    sandbox.books('POST', '/customers', { name: 'Acme' }, key),
  ]);
  expect([first.status, second.status]).toEqual([201, 201]);
  await sandbox.books('PUT', '/customers/CUS-000001', { name: 'Renamed' }, { 'if-match': '"1"' });
  const again = await sandbox.books('POST', '/customers', { name: 'Acme' }, key);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.text).toBe(first.text);
  expect((await sandbox.books('POST', '/customers', { name: 'Other' }, key)).status).toBe(422);
  expect((await sandbox.admin('GET', '/books/customers/count')).json.count).toBe(1);
});

test('a refused create does not use up its idempotency key', async () => {
  const sandbox = await RunningSandbox.start();
  const key = { 'idempotency-key': 'k-1' };
  expect((await sandbox.books('POST', '/customers', { name: '' }, key)).status).toBe(400);
  expect((await sandbox.books('POST', '/customers', { name: 'Acme' }, key)).status).toBe(201);
});

test.each([
  ['an unknown field', '/customers', { name: 'Acme', shoeSize: 3 }, 'shoeSize'],
  ['a fraction of a minor unit', '/customers', { name: 'Acme', creditLimit: 1.5 }, 'creditLimit'],
  ['a currency that is none', '/customers', { name: 'Acme', currency: 'euro' }, 'currency'],
  ['an e-mail address that is none', '/customers', { name: 'Acme', email: 'acme' }, 'email'],
  ['an invoice of nobody', '/invoices', { customerId: 'CUS-000009', currency: 'EUR' }, 'customerId'],
  ['a day that does not exist', '/invoices', { customerId: 'CUS-000001', currency: 'EUR', dueOn: '2026-13-01' }, 'dueOn'],
  ['lines without amounts', '/invoices', { customerId: 'CUS-000001', currency: 'EUR', lines: [{ description: 'x' }] }, 'lines'],
  ['an empty line', '/invoices', { customerId: 'CUS-000001', currency: 'EUR', lines: [null] }, 'lines'],
])('accounting refuses %s and names the field', async (_name, path, body, field) => {
  const sandbox = await RunningSandbox.start();
  await sandbox.books('POST', '/customers', { name: 'Acme' });
  const answer = await sandbox.books('POST', path, body);
  expect(answer.status).toBe(400);
  expect(answer.json.errors.map((error: { field: string }) => error.field)).toEqual([field]);
});

test('the total of an invoice is the sum of its lines', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.books('POST', '/customers', { name: 'Acme' });
  const lines = [{ description: 'a', quantity: 3, unitAmount: 1999 }, { description: 'b', quantity: 1, unitAmount: -500 }];
  const { json } = await sandbox.books('POST', '/invoices', { customerId: 'CUS-000001', currency: 'EUR', lines, total: 1 });
  expect(json).toMatchObject({ errors: [{ field: 'total' }] });
  expect((await sandbox.books('POST', '/invoices', { customerId: 'CUS-000001', currency: 'EUR', lines })).json.total).toBe(5497);
});

test('pages say how many there are, and a page after the last is empty', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'books', object: 'customers', count: 205 });
  const third = await sandbox.books('GET', '/customers?page=3&pageSize=100');
  expect(third.json.pagination).toEqual({ page: 3, pageSize: 100, pageCount: 3, itemCount: 205 });
  expect(third.json.items.map((item: { id: string }) => item.id)).toEqual(['CUS-000201', 'CUS-000202', 'CUS-000203', 'CUS-000204', 'CUS-000205']);
  expect((await sandbox.books('GET', '/customers?page=4&pageSize=100')).json.items).toEqual([]);
  expect((await sandbox.books('GET', '/customers?pageSize=101')).status).toBe(400);
});

test('modifiedAfter is meant strictly, in whole seconds', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'books', object: 'customers', count: 50 });
  const all = await sandbox.lines('/books/customers/state');
  const times: number[] = all.map((item) => item.modifiedAt).toSorted((a, b) => a - b);
  const { json } = await sandbox.books('GET', `/customers?modifiedAfter=${times[20]}`);
  expect(json.items.map((item: { modifiedAt: number }) => item.modifiedAt)).toEqual(times.filter((time) => time > (times[20] ?? 0)));
  expect(json.pagination.itemCount).toBe(json.items.length);
});
