import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAudit, type AuditOptions } from '../../../src/audit/run-audit.js';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { resolveReferences } from '../../../src/config/references.js';
import type { AuditReport } from '../../../src/contracts/audit.js';
import { sandboxEnvironment } from '../../../src/cli/sandbox-environment.js';
import { openTrial } from '../../../src/cli/audit/trial-ledger.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { RunningSandbox } from '../../unit/sandbox/running-sandbox.js';
import { restSystem } from '../../support/rest-system.js';

const folder = resolve(import.meta.dirname, '../../../examples/sandbox/systems');

async function audit(sandbox: RunningSandbox, system: string, changes: Partial<AuditOptions> = {}): Promise<AuditReport> {
  const env = sandboxEnvironment({}, sandbox.url);
  const { systems } = await loadDefinitions(folder, { env });
  const definition = restSystem(systems.get(system));
  return runAudit({
    definition, networkAllow: ['loopback'], load: true, records: 10_000, everyMs: 300_000, actions: [], now: new Date(), signal: AbortSignal.timeout(100_000), onProgress: () => undefined,
    bounds: { requests: 2_500, timeMs: 90_000, concurrency: 8 },
    resolve: (text) => resolveReferences(text, { env, readFile: () => '', baseFolder: folder }),
    ...changes,
  });
}

async function ops(sandbox: RunningSandbox, system: string): Promise<number> {
  return (await sandbox.lines(`/${system}/log?after=0`)).filter(({ by }) => by !== 'seed').length;
}

it('finds the limits, the paging, the filters and the errors that a system has, and writes nothing', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'desk', object: 'users', count: 250, seed: 1 });
  await sandbox.admin('PUT', '/desk/limits', { requestsPerSecond: 10, burst: 20 });
  const before = await ops(sandbox, 'desk');
  const report = await audit(sandbox, 'desk');

  const throttle = report.load?.throttle;
  expect(throttle?.kind).toBe('rate');
  expect(Math.abs((throttle?.sustainedPerSecond ?? 0) - 10)).toBeLessThanOrEqual(2);
  expect(Math.abs((throttle?.burst ?? 0) - 20)).toBeLessThanOrEqual(5);
  // The definition declares 50 a second: what was measured counts.
  expect(report.advice.requestsPerSecond).toBeLessThanOrEqual(10);
  const user = report.objects.find(({ object }) => object === 'user');
  expect(user).toMatchObject({ firstPage: 100, pagingWorks: 'yes', sinceWorks: 'yes', checksVersions: true, deletes: { by: 'missing-from-a-full-read' }, problems: [] });
  const answers = report.errors.filter(({ object }) => object === 'user' || object === null).map(({ asked, status }) => [asked, status]);
  expect(answers).toEqual([['missing id', 404], ['wrong parameter', 400], ['wrong credential', 401]]);
  expect(report.fullRead).toMatchObject({ requests: 100, fits: true });
  expect(report.used.requests).toBeLessThanOrEqual(2_500);
  expect(await ops(sandbox, 'desk')).toBe(before);
});

it('tells a limit on requests at the same time from one on the rate', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'mailing', object: 'members', count: 50, seed: 1 });
  await sandbox.admin('PUT', '/mailing/limits', { requestsPerSecond: null, concurrency: 10, latencyMs: 20 });
  const { load, advice } = await audit(sandbox, 'mailing', { bounds: { requests: 1_000, timeMs: 60_000, concurrency: 16 } });
  expect(load?.throttle).toMatchObject({ kind: 'concurrency', atConcurrency: 16 });
  expect(load?.levels.filter(({ limited }) => limited === 0).map(({ concurrency }) => concurrency)).toEqual([1, 2, 4, 8]);
  expect(advice.concurrency).toBe(8);
});

it('keeps to its requests, and says what it did not come to', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'desk', object: 'users', count: 250, seed: 1 });
  const report = await audit(sandbox, 'desk', { bounds: { requests: 3, timeMs: 60_000, concurrency: 1 }, load: false });
  expect(report.used.requests).toBe(3);
  expect(report.load).toBeNull();
  expect(report.notMeasured.join(' ')).toMatch(/bounds were reached before .*organisation/);
});

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());

it.each([
  ['desk', 'user', { name: 'Trial of an audit' }, { created: 'ok', readBack: 'yes', inChanges: true, updated: 'ok', staleVersion: 'refused', removedBy: 'delete', afterwards: 'gone', removalInChanges: false }],
  ['crm', 'contact', { email: 'trial@example.com', last_name: 'Trial' }, { created: 'ok', readBack: 'yes', inChanges: true, updated: 'ok', staleVersion: 'refused', removedBy: 'delete', afterwards: 'marked', removalInChanges: true }],
  ['desk', 'user', { name: 17 as never }, { created: 'park', id: null, updated: 'not tried', afterwards: 'not tried' }],
])('writes to %s.%s only when asked to, through the ledger, and sees how a delete shows', async (system, object, fields, expected) => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system, object: `${object}s`, count: 3, seed: 1 });
  const { database } = migrated;
  const trial = await openTrial(database, system);
  const report = await audit(sandbox, system, { load: false, writes: { fields: new Map<string, JsonObject>([[object, fields]]), ledger: trial.ledger, newId } });
  await trial.close();
  expect(report.trials).toMatchObject([{ object, ...expected }]);
  const { rows } = await database.pool.query<{ kind: string; state: string }>(`select w.kind, w.state from writes w join runs r on r.id = w.run_id join syncs s on s.id = r.sync_id where s.name = $1 and r.started_at = (select max(started_at) from runs) order by w.id`, [`audit/${system}`]);
  expect(rows.map(({ kind, state }) => `${kind} ${state}`)).toEqual(expected.created === 'ok'
    ? ['create acknowledged', 'update acknowledged', 'update refused', 'delete acknowledged'] : ['create refused']);
  expect((await database.pool.query('select 1 from open_writes')).rowCount).toBe(0);
});
