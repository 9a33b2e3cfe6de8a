import { request as httpRequest } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { createApi } from '../../../src/ingress/server.js';
import { openDatabase, type Database } from '../../../src/store/database.js';
import { park } from '../../../src/store/dead-letters.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { newId } from '../../../src/store/new-id.js';
import { closeRun, openRun } from '../../../src/store/runs.js';
import type { LedgerScope } from '../../../src/store/ledger.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, uniqueName } from '../../support/servers.js';
import { letterFor, nextRun } from '../store/store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;
let temporal: Client;
let api: FastifyInstance;
let sync: string;
let scope: LedgerScope;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
  temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
  api = apiOn(database);
});
afterAll(async () => {
  await api.close();
  await temporal.connection.close();
  await migrated.drop();
});

// A sync of its own for each test, with one run that has parked a record.
beforeEach(async () => {
  await database.pool.query('truncate definitions, runs, dead_letters cascade');
  sync = uniqueName('contacts');
  const body = { sync, title: 'Contacts', from: { system: 'crm', object: 'contact' }, to: { system: 'mailing', object: 'member' } } as SyncDefinition;
  await storeDefinitions(database, [{ kind: 'sync', name: sync, hash: 'a', body, source: '' }]);
  const base = { runId: '', epoch: 0, syncNumber: await syncNumber(database, sync), definitionVersion: 1, sourceObject: await objectNumber(database, body.from), targetObject: await objectNumber(database, body.to) };
  scope = await nextRun(database, base, 'full');
  await park(database, scope, [letterFor('c1')]);
  await closeRun(database, scope.runId, 'succeeded', null);
});

function apiOn(on: Database): FastifyInstance {
  return createApi({ database: on, client: CrosswalkClient.using(temporal), hosts: ['127.0.0.1', 'localhost', '[::1]', 'crosswalk.example.org'] });
}

async function ask(url: string, more: InjectOptions = {}, on: FastifyInstance = api) {
  const answer = await on.inject({ url, method: 'GET', ...more, headers: { host: '127.0.0.1:8089', ...more.headers } });
  return { status: answer.statusCode, type: answer.headers['content-type'], headers: answer.headers, body: answer.body === '' ? null : JSON.parse(answer.body) as Record<string, unknown> };
}

const post = (url: string, body: unknown, more: InjectOptions = {}) =>
  ask(url, { method: 'POST', payload: typeof body === 'string' ? body : JSON.stringify(body), ...more, headers: { 'content-type': 'application/json', ...more.headers } });

const problemType = expect.stringMatching(/^application\/problem\+json/);

describe('GET', () => {
  test('/api/health says that the database answers', async () => {
    expect(await ask('/api/health')).toMatchObject({ status: 200, body: { database: 'ok' } });
  });

  test('/api/syncs shows each sync in force with its last run and what waits', async () => {
    const { status, body } = await ask('/api/syncs');
    expect(status).toBe(200);
    expect(body?.['syncs']).toMatchObject([{ sync, title: 'Contacts', from: 'crm.contact', to: 'mailing.member', version: 1, openDeadLetters: 1, linked: 0, now: null, lastRun: { id: scope.runId, state: 'succeeded', mode: 'full' } }]);
  });

  test('/api/syncs shows what a running one is doing, of whatever mode it is, also when no worker is there to ask', async () => {
    const handle = await temporal.workflow.start('backfill', { workflowId: `backfill/${sync}`, taskQueue: uniqueName('nobody'), args: [] });
    await openRun(database, { id: newId(), syncNumber: scope.syncNumber, definitionVersion: 1, systemVersions: {}, mode: 'backfill', workflowId: handle.workflowId, place: {} });
    const { body } = await ask('/api/syncs');
    expect(body?.['syncs']).toMatchObject([{ now: { workflowId: `backfill/${sync}`, state: 'running', progress: null }, lastRun: { mode: 'backfill', state: 'running' } }]);
    await handle.terminate();
  });

  test('/api/runs gives the newest runs first, of one sync or of all', async () => {
    const later = await nextRun(database, scope);
    const ids = async (url: string): Promise<unknown> => ((await ask(url)).body?.['runs'] as { id: string }[] | undefined)?.map(({ id }) => id);
    expect(await ids('/api/runs')).toEqual([later.runId, scope.runId]);
    expect(await ids('/api/runs?limit=1')).toEqual([later.runId]);
    expect(await ids(`/api/runs?sync=${sync}&limit=200`)).toEqual([later.runId, scope.runId]);
    expect(await ids('/api/runs?sync=another')).toEqual([]);
  });

  test('/api/dead-letters gives what waits, and how many share a cause', async () => {
    const { body } = await ask(`/api/dead-letters?sync=${sync}`);
    expect(body).toMatchObject({ groups: [{ sync, code: 'refused', count: 1 }], letters: [{ sync, sourceId: 'c1', system: 'crm', object: 'contact' }] });
  });

  test.each([
    '/api/runs?limit=0', '/api/runs?limit=201', '/api/runs?limit=ten', '/api/runs?limit=1.5', '/api/runs?limit=', '/api/runs?limit=-1', '/api/runs?order=desc', '/api/runs?sync=a&sync=b',
    `/api/runs?sync=${'x'.repeat(201)}`, '/api/runs?sync=a%00b', '/api/dead-letters?limit=501', '/api/dead-letters?sync[]=a', '/api/dead-letters?sync=%00', '/api/dead-letters?__proto__=1',
  ])('%s is a bad request, and the answer says what is wrong with it', async (url) => {
    const { status, type, headers, body } = await ask(url);
    expect([status, type]).toEqual([400, problemType]);
    expect(body).toEqual({ status: 400, detail: expect.stringMatching(/limit|sync|order|__proto__|key/i) });
    expect(headers['retry-after']).toBeUndefined();
  });

  test.each(["' or 1=1 --", '%', '\u0301', '\u{1f600}', '../..'])('/api/runs of a sync that nobody has, named %j, is empty', async (name) => {
    expect(await ask(`/api/runs?sync=${encodeURIComponent(name)}`)).toMatchObject({ status: 200, body: { runs: [] } });
  });

  test.each(['/', '/api', '/api/nothing', '/api/runs/', '/api/syncs/x', '/api/syncs/x/runs'])('%s is not found', async (url) => {
    expect(await ask(url)).toMatchObject({ status: 404, type: problemType, body: { status: 404 } });
  });

  test('an address that cannot be read is a bad request, told like every other', async () => {
    expect(await ask('/api/syncs/%E0%A4%A')).toMatchObject({ status: 400, type: problemType, body: { status: 400 } });
  });
});

describe('POST /api/syncs/<name>/runs', () => {
  afterEach(async () => {
    for (const prefix of ['sync', 'backfill', 'plan']) await temporal.workflow.getHandle(`${prefix}/${sync}`).terminate().catch(() => undefined);
  });

  test.each([['incremental', 'sync'], ['full', 'sync'], ['backfill', 'backfill'], ['plan', 'plan']])('starts a run in the mode %s', async (mode, prefix) => {
    const { status, body } = await post(`/api/syncs/${sync}/runs`, { mode });
    expect([status, body]).toEqual([202, { workflowId: `${prefix}/${sync}`, temporalRunId: expect.any(String), started: true }]);
    const { type, raw } = await temporal.workflow.getHandle(`${prefix}/${sync}`).describe();
    expect([type, raw.workflowExecutionInfo?.taskQueue]).toEqual([prefix, 'crosswalk']);
  });

  test('names the run that is under way, and starts no second one', async () => {
    const first = await post(`/api/syncs/${sync}/runs`, {});
    const second = await post(`/api/syncs/${sync}/runs`, { mode: 'full' });
    expect([second.status, second.body]).toEqual([200, { ...first.body, started: false }]);
  });

  test('starts one run, however many ask at the same time', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post(`/api/syncs/${sync}/runs`, {})));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body?.['temporalRunId'])).size).toBe(1);
  });

  test.each(['nothing', '..%2f..', '%00', "'%20or%201", 'x'.repeat(3_000)])('of a sync that is not in force, %s, is not found', async (name) => {
    const { status, type, body } = await post(`/api/syncs/${name}/runs`, {});
    expect([status, type]).toEqual([expect.toBeOneOf([404, 414]), problemType]);
    expect(String(body?.['detail']).length).toBeLessThan(300);
  });

  test.each([
    [{ mode: 'everything' }], [{ mode: 1 }], [{ allowRemovals: true }], [{ allowChanges: 'yes' }], [{ mode: 'full', unknown: 1 }], [[]], ['null'], ['"full"'], [''], ['{'], ['{"mode":"full"'], ['{"__proto__":{"mode":"full"}}'],
  ])('with the body %j is a bad request', async (body) => {
    const { status, type } = await post(`/api/syncs/${sync}/runs`, body);
    expect([status, type]).toEqual([400, problemType]);
  });

  test('with a body that is too large is refused', async () => {
    expect(await post(`/api/syncs/${sync}/runs`, { mode: 'x'.repeat(70_000) })).toMatchObject({ status: 413, type: problemType });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])('with the content type %s, which any web page can send, is refused', async (type) => {
    expect(await post(`/api/syncs/${sync}/runs`, '{}', { headers: { 'content-type': type } })).toMatchObject({ status: 415, type: problemType });
  });

  test('without a body is refused', async () => {
    expect(await ask(`/api/syncs/${sync}/runs`, { method: 'POST' })).toMatchObject({ status: 415, type: problemType });
  });
});

describe('host names', () => {
  const routes: readonly InjectOptions[] = [
    { url: '/api/health' }, { url: '/api/syncs' }, { url: '/api/runs' }, { url: '/api/dead-letters' }, { url: '/nothing' },
    { url: '/api/syncs/x/runs', method: 'POST', payload: '{}', headers: { 'content-type': 'application/json' } },
  ];
  test.each(routes)('that are not ours are refused for $url', async (route) => {
    for (const host of ['evil.example.org', '127.0.0.1.evil.example.org', 'localhost.evil.example.org', 'evil.example.org:8089', ':8089', '127.0.0.1@evil.example.org', 'x'.repeat(5_000)]) {
      const { status, type, body } = await ask(String(route.url), { ...route, headers: { ...route.headers, host } });
      expect([status, type]).toEqual([403, problemType]);
      expect(JSON.stringify(body).length).toBeLessThan(300);
    }
  });

  test.each(['127.0.0.1', '127.0.0.1:8089', 'localhost', 'localhost:1', '[::1]', '[::1]:8089', 'crosswalk.example.org', 'LOCALHOST:8089'])('that are ours, such as %s, are answered', async (host) => {
    expect((await ask('/api/health', { headers: { host } })).status).toBe(200);
  });

  test('are asked for on the wire as well', async () => {
    const address = new URL(await api.listen({ host: '127.0.0.1', port: 0 }));
    const statusOf = (host: string): Promise<number | undefined> => new Promise((resolve, reject) => {
      httpRequest({ host: address.hostname, port: address.port, path: '/api/health', headers: { host } }, (answer) => { answer.resume(); resolve(answer.statusCode); }).on('error', reject).end();
    });
    expect(await Promise.all([statusOf('evil.example.org'), statusOf(address.host)])).toEqual([403, 200]);
  });
});

test('no answer lets a page of another origin read it', async () => {
  for (const origin of ['https://evil.example.org', 'null']) {
    const { headers } = await ask('/api/runs', { headers: { origin } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

describe('while the database is away', () => {
  let away: FastifyInstance;
  let closed: Database;
  beforeAll(() => {
    closed = openDatabase({ url: 'postgresql://somebody:a-secret@127.0.0.1:1/crosswalk', connections: 2 });
    away = apiOn(closed);
  });
  afterAll(async () => {
    await away.close();
    await closed.close();
  });

  test('/api/health says so', async () => {
    expect(await ask('/api/health', {}, away)).toMatchObject({ status: 503, body: { database: 'does not answer' } });
  });

  test.each<InjectOptions>([{ url: '/api/syncs' }, { url: '/api/runs' }, { url: '/api/dead-letters' }, { url: '/api/syncs/x/runs', method: 'POST', payload: '{}', headers: { 'content-type': 'application/json' } }])(
    '$url is answered with 503, when to ask again, and nothing of what is inside', async (route) => {
      const { status, type, headers, body } = await ask(String(route.url), route, away);
      expect([status, type, headers['retry-after']]).toEqual([503, problemType, '5']);
      expect(body).toEqual({ status: 503, detail: 'A part of Crosswalk does not answer; try again shortly.' });
    });

  test('a bad request is still told to be one', async () => {
    expect((await ask('/api/runs?limit=0', {}, away)).status).toBe(400);
  });
});
