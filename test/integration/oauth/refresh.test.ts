import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SystemError } from '../../../src/contracts/system-error.js';
import { findConnection } from '../../../src/store/oauth-connections.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { startAccount, startCaller, type AccountUnderTest } from './account-under-test.js';

// Rows 31 to 33 of the fault matrix, against a real authorization server. See docs/faults.md.
let migrated: MigratedDatabase;
const accounts: AccountUnderTest[] = [];

beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterEach(async () => { for (const account of accounts.splice(0)) await account.close(); });
afterAll(() => migrated.drop());

async function connected(...parts: Parameters<typeof startAccount> extends [unknown, ...infer Rest] ? Rest : never): Promise<AccountUnderTest> {
  const account = await startAccount(migrated.database, ...parts);
  accounts.push(account);
  await account.connect();
  return account;
}

const refreshes = ({ server }: AccountUnderTest): readonly string[] => server.tokenRequests.filter((request) => request.startsWith('refresh_token'));
const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const outcomeOf = (reason: unknown): string => (reason instanceof SystemError ? reason.detail.outcome : String(reason));

async function readAtOnce(account: AccountUnderTest, count: number, connectors = account.connectors()) {
  const connector = connectors.open(account.definition, 1);
  const results = await Promise.allSettled(Array.from({ length: count }, () => connector.get('record', 'c1', soon())));
  return { done: results.filter(({ status }) => status === 'fulfilled').length, outcomes: [...new Set(results.flatMap((result) => (result.status === 'rejected' ? [outcomeOf(result.reason)] : [])))] };
}

describe('row 31: an access token expires', () => {
  test('50 calls at once in one process cause one refresh, and all succeed', async () => {
    const account = await connected();
    const connectors = account.connectors();
    expect(await readAtOnce(account, 1, connectors)).toEqual({ done: 1, outcomes: [] });
    account.server.expireAccessTokens();
    expect(await readAtOnce(account, 50, connectors)).toEqual({ done: 50, outcomes: [] });
    expect(refreshes(account)).toEqual(['refresh_token 200']);
  });

  test('50 calls at once in each of three processes cause one refresh', async () => {
    const account = await connected();
    account.server.expireAccessTokens();
    const callers = await Promise.all([1, 2, 3].map(() => startCaller(account, migrated.url, 50)));
    const results = await Promise.all(callers.map((caller) => caller.go()));
    expect(results).toEqual([1, 2, 3].map(() => ({ done: 50, outcomes: [] })));
    expect(refreshes(account)).toEqual(['refresh_token 200']);
  });

  test('storms again and again never use a refresh token twice, which the server would answer by revoking the account', async () => {
    const account = await connected();
    const sources = [account.connectors(), account.connectors(), account.connectors()];
    for (let storm = 1; storm <= 5; storm += 1) {
      account.server.expireAccessTokens();
      const results = await Promise.all(sources.map((source) => readAtOnce(account, 20, source)));
      expect(results.map(({ done }) => done)).toEqual([20, 20, 20]);
      expect(refreshes(account)).toEqual(Array.from({ length: storm }, () => 'refresh_token 200'));
    }
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'connected', generation: 6 });
  });

  test('a token near its end is replaced ahead of it, without a refusal', async () => {
    const account = await connected();
    await migrated.database.pool.query(`update oauth_connections set issued_at = now() - interval '1 hour', expires_at = now() + interval '30 seconds' where system = $1`, [account.definition.system]);
    expect(await readAtOnce(account, 10)).toEqual({ done: 10, outcomes: [] });
    expect(refreshes(account)).toHaveLength(1);
    expect(account.system.seen).toHaveLength(10);
  });

  test('the new pair is stored before its access token is used', async () => {
    const account = await connected();
    account.server.expireAccessTokens();
    const stored: number[] = [];
    const seen = account.system.seen.push.bind(account.system.seen);
    const looks: Promise<void>[] = [];
    account.system.seen.push = (...requests) => {
      looks.push(findConnection(migrated.database, account.definition.system).then((found) => { stored.push(found?.generation ?? 0); }));
      return seen(...requests);
    };
    await readAtOnce(account, 1);
    await Promise.all(looks);
    // The first request was refused and is noted as the second is: after the new pair was committed.
    expect(stored.at(-1)).toBe(2);
  });
});

describe('row 32: the answer to a refresh is lost after the server has rotated the token', () => {
  test('the old token is tried once more; the server takes it for a replay and revokes, so a person is asked and nothing is tried again', async () => {
    const account = await connected();
    account.server.expireAccessTokens();
    account.server.proxy.arm({ kind: 'reset-reply' }, { after: 'grant_type=refresh_token' });
    expect(await readAtOnce(account, 20)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(refreshes(account)).toEqual(['refresh_token 200', 'refresh_token 400']);
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'reconnect-needed', reason: expect.stringContaining('invalid_grant') as string });
    // No storm: whoever comes later is told from the database.
    for (let again = 0; again < 3; again += 1) expect(await readAtOnce(account, 20)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(refreshes(account)).toHaveLength(2);
    await account.connect();
    expect(await readAtOnce(account, 20)).toEqual({ done: 20, outcomes: [] });
  });

  test('a refresh that never reached the server is simply asked for again', async () => {
    const account = await connected({}, { timeoutMs: 500 });
    account.server.expireAccessTokens();
    account.server.proxy.arm({ kind: 'reset-reply' }, { after: 'POST /token' });
    account.server.proxy.forwardTo(1);
    const first = await readAtOnce(account, 5);
    expect(first).toEqual({ done: 0, outcomes: ['retry'] });
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'connected', failures: 1 });
  });
});

describe('row 33: what a person allowed is taken back', () => {
  test('a revoked account is noticed by one refresh, however many need it', async () => {
    const account = await connected();
    await account.server.revokeAll();
    account.server.expireAccessTokens();
    expect(await readAtOnce(account, 50)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(refreshes(account)).toEqual(['refresh_token 400']);
  });

  test('a removed scope is noticed by the first refusal, and the next calls are not sent', async () => {
    const account = await connected();
    const connectors = account.connectors();
    await readAtOnce(account, 1, connectors);
    account.server.removedScopes.add('records');
    expect(await readAtOnce(account, 1, connectors)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    const sent = account.system.seen.length;
    expect(await readAtOnce(account, 20, connectors)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(account.system.seen).toHaveLength(sent);
    expect(refreshes(account)).toEqual([]);
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'reconnect-needed', reason: expect.stringContaining('scope') as string });
    account.server.removedScopes.clear();
    await account.connect();
    expect(await readAtOnce(account, 5, connectors)).toEqual({ done: 5, outcomes: [] });
  });

  test('an account that nobody has connected yet waits for a person', async () => {
    const account = await startAccount(migrated.database);
    accounts.push(account);
    expect(await readAtOnce(account, 5)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'reconnect-needed', reason: 'no account is connected yet' });
  });

  test('a client secret that is refused is asked about once a minute at most, and mends by itself', async () => {
    const account = await connected();
    account.server.expireAccessTokens();
    process.env['OAUTH_CLIENT_SECRET'] = 'another-secret';
    expect(await readAtOnce(account, 20)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(await readAtOnce(account, 20)).toEqual({ done: 0, outcomes: ['reconnect-needed'] });
    expect(account.server.tokenRequests.filter((request) => request.endsWith(' 401'))).toHaveLength(1);
    expect(await findConnection(migrated.database, account.definition.system)).toMatchObject({ state: 'client-refused' });
    process.env['OAUTH_CLIENT_SECRET'] = 'client-secret-of-the-tests-0123456789';
    await migrated.database.pool.query('update oauth_connections set refresh_after = now() where system = $1', [account.definition.system]);
    expect(await readAtOnce(account, 20)).toEqual({ done: 20, outcomes: [] });
  });
});
