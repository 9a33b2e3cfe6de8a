import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Authorizer } from '../../../src/accounts/authorizer.js';
import { openTokens } from '../../../src/accounts/sealed-tokens.js';
import { reseal } from '../../../src/accounts/reseal.js';
import type { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { createApi } from '../../../src/ingress/server.js';
import { createKeySource } from '../../../src/sealing/key-ring.js';
import { findConnection } from '../../../src/store/oauth-connections.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { resolveForTests, sealingKeysOfTests, startAccount, type AccountUnderTest } from './account-under-test.js';

// Row 16 of the security matrix and row 58 of the fault matrix, over the server's own routes. See docs/faults.md.
let migrated: MigratedDatabase;
let account: AccountUnderTest;
let api: FastifyInstance;
let url: string;
let keys = sealingKeysOfTests;
const failures: unknown[] = [];

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  const authorizer = new Authorizer({ database: migrated.database, keys: createKeySource(() => keys), resolve: resolveForTests, networkAllow: ['loopback'], returnTo: ['https://crm.example.org/settings'] });
  // No route under test asks Temporal.
  const client = {} as CrosswalkClient;
  const route = { authorizer, publicUrl: '', onFailure: (error: unknown) => { failures.push(error); } };
  api = createApi({ database: migrated.database, client, hosts: ['127.0.0.1'] }, undefined, undefined, route);
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  route.publicUrl = url;
  account = await startAccount(migrated.database, { redirectUris: [`${url}/oauth/callback`] });
});
afterAll(async () => {
  await api?.close();
  await account?.close();
  await migrated?.drop();
});

const begin = async (returnTo: string | null = null): Promise<string> => {
  const authorizer = new Authorizer({ database: migrated.database, keys: createKeySource(() => keys), resolve: resolveForTests, networkAllow: ['loopback'], returnTo: ['https://crm.example.org/settings'] });
  return authorizer.beginAtServer(account.definition.system, url, 'vera', returnTo);
};

/** A browser that opens the link, lets the person say yes, and stands before the way back. */
async function browser(returnTo: string | null = null): Promise<{ readonly back: URL; readonly cookie: string }> {
  const started = await fetch(`${url}/oauth/start/${await begin(returnTo)}`, { redirect: 'manual' });
  expect(started.status).toBe(303);
  const cookie = (started.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return { back: await account.server.visit(started.headers.get('location') ?? ''), cookie };
}

const come = (back: URL, cookie?: string): Promise<Response> => fetch(back, { redirect: 'manual', headers: cookie === undefined ? {} : { cookie } });
const generation = async (): Promise<number> => (await findConnection(migrated.database, account.definition.system))?.generation ?? 0;

async function changed(change: (back: URL) => void, withCookie = true): Promise<readonly [number, number, string]> {
  const before = await generation();
  const { back, cookie } = await browser();
  change(back);
  const answer = await come(back, withCookie ? cookie : undefined);
  return [answer.status, (await generation()) - before, await answer.text()];
}

describe('an account is connected over the server', () => {
  test('by the browser that opened the link: the tokens are sealed for this system alone, and readable nowhere', async () => {
    const { back, cookie } = await browser();
    const answer = await come(back, cookie);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('is connected')]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const found = await findConnection(migrated.database, account.definition.system);
    expect(found).toMatchObject({ state: 'connected', connectedBy: 'vera' });
    const tokens = openTokens(createKeySource(() => keys)(), account.definition.system, found?.sealed ?? '');
    expect(JSON.stringify(found)).not.toContain(tokens.access);
    expect(tokens.refresh).toMatch(/\S{20,}/);
    expect(() => openTokens(createKeySource(() => keys)(), 'another-system', found?.sealed ?? '')).toThrow('belongs elsewhere');
  });

  test('the cookie is for this way back only, and out of reach of scripts and other sites', async () => {
    const started = await fetch(`${url}/oauth/start/${await begin()}`, { redirect: 'manual' });
    expect(started.headers.getSetCookie()[0]).toMatch(/^crosswalk_oauth_[0-9a-f]{16}=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/oauth; Max-Age=600$/);
    const to = new URL(started.headers.get('location') ?? '');
    expect(Object.fromEntries(to.searchParams)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', state: expect.stringMatching(/^[\w-]{43}$/) as string, code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string });
    expect(started.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('a link is good once', async () => {
    const ticket = await begin();
    const visits = await Promise.all([1, 2, 3].map(() => fetch(`${url}/oauth/start/${ticket}`, { redirect: 'manual' })));
    expect(visits.map(({ status }) => status).toSorted()).toEqual([303, 400, 400]);
    expect((await fetch(`${url}/oauth/start/unknown`, { redirect: 'manual' })).status).toBe(400);
  });
});

describe('security row 16: nothing is connected, with 400,', () => {
  test.each<[string, (back: URL) => void]>([
    ['where the state is missing', (back) => { back.searchParams.delete('state'); }],
    ['where the state is empty', (back) => { back.searchParams.set('state', ''); }],
    ['where the state is another', (back) => { back.searchParams.set('state', 'a'.repeat(43)); }],
    ['where there are two states', (back) => { back.searchParams.append('state', 'b'.repeat(43)); }],
    ['where there are two codes', (back) => { back.searchParams.append('code', 'another'); }],
    ['where the code is missing', (back) => { back.searchParams.delete('code'); }],
    ['where the code was never given', (back) => { back.searchParams.set('code', 'injected'); }],
    ['where the issuer is another', (back) => { back.searchParams.set('iss', 'https://login.attacker.example'); }],
    ['where the issuer is missing', (back) => { back.searchParams.delete('iss'); }],
    ['where the person said no', (back) => { back.searchParams.delete('code'); back.searchParams.set('error', 'access_denied'); }],
  ])('%s', async (_what, change) => {
    expect((await changed(change)).slice(0, 2)).toEqual([400, 0]);
  });

  test('where another browser comes back, and then the right one too: the state is used up', async () => {
    const { back, cookie } = await browser();
    const other = await browser();
    expect((await come(back, other.cookie)).status).toBe(400);
    expect((await come(back, cookie)).status).toBe(400);
    expect((await changed(() => undefined, false)).slice(0, 2)).toEqual([400, 0]);
  });

  test('where the same answer comes twice, also at the same time', async () => {
    const { back, cookie } = await browser();
    const answers = await Promise.all([1, 2, 3, 4].map(() => come(back, cookie)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400]);
  });

  test('where a code of one authorization is put into another: PKCE', async () => {
    const [mine, theirs] = [await browser(), await browser()];
    mine.back.searchParams.set('code', theirs.back.searchParams.get('code') ?? '');
    const before = await generation();
    expect([(await come(mine.back, mine.cookie)).status, (await generation()) - before]).toEqual([400, 0]);
  });

  test('where ten minutes have passed', async () => {
    const { back, cookie } = await browser();
    await migrated.database.pool.query(`update oauth_authorizations set expires_at = now() - interval '1 second'`);
    expect((await come(back, cookie)).status).toBe(400);
  });

  test('and a page never repeats what the address says', async () => {
    const [status, , text] = await changed((back) => { back.searchParams.delete('code'); back.searchParams.set('error', '<script>alert(1)</script>'); });
    expect([status, text.includes('<script>')]).toEqual([400, false]);
  });
});

describe('where the browser is sent afterwards', () => {
  test('is only what CROSSWALK_RETURN_TO allows', async () => {
    for (const address of ['https://evil.example/settings', 'https://crm.example.org.evil.example/settings', 'https://crm.example.org/settings-evil', 'https://vera@crm.example.org/settings', '//evil.example', 'javascript:alert(1)', 'https://crm.example.org/settings/../admin', 'https://crm.example.org\\@evil.example/settings']) {
      await expect(begin(address)).rejects.toThrow('CROSSWALK_RETURN_TO');
    }
    const { back, cookie } = await browser('https://crm.example.org/settings/crosswalk?done=1');
    const answer = await come(back, cookie);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://crm.example.org/settings/crosswalk?done=1']);
  });
});

describe('row 58: sealing keys', () => {
  const next = `k2:${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 11 % 251)).toString('base64')}`;

  test('that are missing are an answer of 503 and a clear word in the log, not a refusal', async () => {
    const { back, cookie } = await browser();
    keys = '';
    const answer = await come(back, cookie);
    keys = sealingKeysOfTests;
    expect(answer.status).toBe(503);
    expect(String(failures.at(-1))).toMatch(/sealed with the key "k1", and CROSSWALK_SEALING_KEYS is not set/);
  });

  test('that are rotated: the old one reads until everything is sealed anew, and is then needed no more', async () => {
    const { system } = account.definition;
    keys = `${next},${sealingKeysOfTests}`;
    const sealed = async (): Promise<string> => (await findConnection(migrated.database, system))?.sealed ?? '';
    expect(openTokens(createKeySource(() => keys)(), system, await sealed()).access).not.toBe('');
    expect(await reseal(migrated.database, createKeySource(() => keys)())).toEqual({ resealed: [system], already: [], unreadable: [] });
    expect(await reseal(migrated.database, createKeySource(() => keys)())).toEqual({ resealed: [], already: [system], unreadable: [] });
    keys = next;
    expect(openTokens(createKeySource(() => keys)(), system, await sealed()).access).not.toBe('');
    keys = sealingKeysOfTests;
    expect(await reseal(migrated.database, createKeySource(() => keys)())).toMatchObject({ resealed: [], unreadable: [{ system, reason: expect.stringContaining('"k2"') as string }] });
  });
});
