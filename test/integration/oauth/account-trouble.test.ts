import { alertSeverities } from '../../../src/contracts/alert.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkAlerts } from '../../../activities/alerts/check-alerts.js';
import { defaultAlerts } from '../../../src/contracts/alerts-definition.js';
import type { OAuth2AuthorizationCode } from '../../../src/contracts/auth-definition.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { openAlerts } from '../../../src/store/alerts.js';
import { accountTrouble } from '../../../src/store/account-trouble.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { noteUnusable, storeConnected } from '../../../src/store/oauth-connections.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { systemAt } from '../../unit/http/system-under-test.js';

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());
beforeEach(async () => { await migrated.database.pool.query('truncate oauth_connections, alerts, notifications, definitions cascade'); });

const auth: OAuth2AuthorizationCode = { type: 'oauth2', grant: 'authorization_code', authorizeUrl: '/a', tokenUrl: '/t', clientId: 'c', clientAuthentication: 'none', authorizeParams: {} };
const apply = (...systems: readonly SystemDefinition[]) => storeDefinitions(migrated.database, systems.map((body) => ({ kind: 'system' as const, name: body.system, hash: newId(), body, source: '' })));
const system = (name: string, more: Partial<OAuth2AuthorizationCode> = {}): SystemDefinition => ({ ...systemAt('http://127.0.0.1:9'), system: name, auth: { ...auth, ...more } });
const connect = (name: string, refreshLifetimeMs: number | null) => storeConnected(migrated.database.pool, name, 'vera', { sealed: 'v1.k.x', scope: 'records', lifetimeMs: 3_600_000, refreshLifetimeMs });
const day = 86_400_000;
const trouble = async () => (await accountTrouble(migrated.database, defaultAlerts)).map(({ kind, summary }) => `${alertSeverities[kind]} ${kind} ${summary}`);

test('people are told of accounts that cannot be used, with the reason, until they are connected again', async () => {
  await apply(system('books'), system('desk'));
  await connect('books', null);
  expect(await trouble()).toEqual([]);
  await noteUnusable(migrated.database.pool, 'books', 1, 'reconnect-needed', 'the authorization is no longer valid (invalid_grant)', 0);
  expect(await trouble()).toEqual(['critical reconnect-needed books: reconnect needed, work waits (the authorization is no longer valid (invalid_grant))']);
  const checked = await checkAlerts({ database: migrated.database });
  expect([checked.open, checked.notificationIds.length]).toEqual([1, 1]);
  await connect('books', null);
  await checkAlerts({ database: migrated.database });
  expect(await openAlerts(migrated.database)).toEqual([]);
});

test('a worker that is late does not bring down an account that was connected anew', async () => {
  await apply(system('books'));
  await connect('books', null);
  await connect('books', null);
  expect(await noteUnusable(migrated.database.pool, 'books', 1, 'reconnect-needed', 'late', 0)).toBe(false);
  expect(await trouble()).toEqual([]);
});

test('the end of refresh tokens and client secrets is told of 14 days ahead, of systems in force only', async () => {
  const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);
  await apply(system('books'), system('desk'), system('crm', { clientSecretExpires: inDays(5) }), system('chat', { clientSecretExpires: inDays(60) }));
  for (const [name, days] of [['books', 10.5], ['desk', 40], ['crm', 100], ['retired', 1]] as const) await connect(name, days * day);
  await connect('chat', null);
  expect(await trouble()).toEqual(['warning credentials-expire books: the account has to be authorized again within 10 days', expect.stringMatching(/^warning credentials-expire crm: the client secret expires within [45] days$/) as string]);
});

test('definitions of alerts from before there were accounts still count', async () => {
  await apply(system('books'));
  await connect('books', day);
  const { credentialsExpireMs: _later, ...above } = defaultAlerts.above;
  expect(await accountTrouble(migrated.database, { ...defaultAlerts, above: above as typeof defaultAlerts.above })).toHaveLength(1);
});
