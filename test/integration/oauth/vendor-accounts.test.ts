import { afterAll, afterEach, beforeAll, expect, describe, test } from 'vitest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { Authorizer } from '../../../src/accounts/authorizer.js';
import { createDatabaseAccountStore } from '../../../src/accounts/database-account-store.js';
import type { OAuth2AuthorizationCode } from '../../../src/contracts/auth-definition.js';
import type { RestSystemDefinition } from '../../../src/contracts/system-definition.js';
import { openAuthorizationClient } from '../../../src/http/auth/open-authorization-client.js';
import { createKeySource } from '../../../src/sealing/key-ring.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { findConnection } from '../../../src/store/oauth-connections.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { checkTexts } from '../../unit/config/checked-texts.js';
import { sealingKeysOfTests } from './account-under-test.js';
import { VendorTokenEndpoint, type TokenRequest, type VendorAnswer } from './vendor-token-endpoint.js';

// What the vendors' documents say of their token endpoints, answered by a server that holds the connectors to it.
let migrated: MigratedDatabase;
let endpoint: VendorTokenEndpoint | undefined;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());
afterEach(async () => {
  await endpoint?.close();
  await migrated.database.pool.query('truncate oauth_connections, definitions cascade');
});

type Account = RestSystemDefinition & { readonly auth: OAuth2AuthorizationCode };

/** The account of a built-in connector, its hosts replaced by one on this machine. */
async function accountOf(connector: string, settings: Readonly<Record<string, string>>, answer: (request: TokenRequest) => VendorAnswer): Promise<Account> {
  endpoint = await VendorTokenEndpoint.start(answer);
  const { url } = endpoint;
  const text = stringify({ system: 'vendor', connector, settings, auth: { type: 'oauth2', grant: 'authorization_code', clientId: 'crosswalk', clientSecret: 'secret://env/VENDOR_SECRET' } });
  const found = checkTexts({ 'systems/vendor.yaml': text }).systems.get('vendor') as Account;
  const here = (address: string): string => address.replace(/^https:\/\/[^/]+/, url);
  const { account, ...auth } = found.auth;
  const definition: Account = {
    ...found,
    auth: { ...auth, authorizeUrl: here(auth.authorizeUrl), tokenUrl: here(auth.tokenUrl), ...(account === undefined ? {} : { account: { ...account, get: here(account.get) } }) },
  };
  await storeDefinitions(migrated.database, [{ kind: 'system', name: 'vendor', hash: newId(), body: definition, source: '' }]);
  return definition;
}

const keys = createKeySource(() => sealingKeysOfTests);
const resolve = (text: string): string => (text === 'secret://env/VENDOR_SECRET' ? 'a-secret-of-the-vendor' : text);
const accounts = () => createDatabaseAccountStore({ database: migrated.database, keys, log: pino({ level: 'silent' }) });

async function connect(): Promise<URL> {
  const authorizer = new Authorizer({ database: migrated.database, keys, resolve, networkAllow: ['loopback'] });
  const begun = await authorizer.beginHere('vendor', 'https://crosswalk.example.org/oauth/callback', 'vera');
  await begun.finish({ state: begun.url.searchParams.get('state') ?? '', code: 'code-1', error: undefined, iss: undefined });
  return begun.url;
}

async function refresh(definition: Account): Promise<unknown> {
  const client = openAuthorizationClient(definition, resolve, ['loopback']);
  try {
    return await accounts().refresh('vendor', 1, (token) => client.tradeRefreshToken(token));
  } finally {
    await client.close();
  }
}

describe('Intercom', () => {
  test('gives a token that never ends: it is used from then on, and nothing is refreshed', async () => {
    await accountOf('intercom', {}, () => ({ body: { token_type: 'Bearer', token: 'dG9r1', access_token: 'dG9r1' } }));
    await connect();
    expect(endpoint?.asked).toMatchObject([{ method: 'POST', path: '/auth/eagle/token', fields: { grant_type: 'authorization_code', code: 'code-1', client_id: 'crosswalk', client_secret: 'a-secret-of-the-vendor' } }]);
    expect(await accounts().read('vendor')).toEqual({ generation: 1, access: 'dG9r1', canRefresh: false, expiresInMs: Infinity, lifetimeMs: Infinity });
  });

  test('is asked in its region where the settings name one', async () => {
    const { auth } = await accountOf('intercom', { host: 'api.eu.intercom.io' }, () => ({ body: {} }));
    expect(auth.tokenUrl).toBe(`${endpoint?.url ?? ''}/auth/eagle/token`);
  });

  test('that takes the token no more needs a person, at once', async () => {
    const definition = await accountOf('intercom', {}, () => ({ body: { token_type: 'Bearer', access_token: 'dG9r1' } }));
    await connect();
    await expect(refresh(definition)).rejects.toThrow('reconnect needed');
    expect(endpoint?.asked).toHaveLength(1);
  });
});

describe('Mailchimp', () => {
  const answers = (apiEndpoint: unknown) => ({ path, authorization }: TokenRequest): VendorAnswer => {
    if (path === '/oauth2/token') return { body: { access_token: 'tok1', expires_in: 0, scope: null } };
    return authorization === 'OAuth tok1' ? { body: { dc: 'us6', api_endpoint: apiEndpoint } } : { status: 401, body: {} };
  };

  test('gives a token without scopes or an end, for the data centre that the settings name', async () => {
    await accountOf('mailchimp', { dc: 'us6', listId: 'l1' }, answers('https://us6.api.mailchimp.com'));
    await connect();
    expect(await accounts().read('vendor')).toMatchObject({ access: 'tok1', expiresInMs: Infinity });
    expect(await findConnection(migrated.database, 'vendor')).toMatchObject({ scope: null, expiresInMs: null });
  });

  test('says that the account is in another data centre: nothing is stored, and people are told which', async () => {
    await accountOf('mailchimp', { dc: 'us21', listId: 'l1' }, answers('https://us6.api.mailchimp.com'));
    await expect(connect()).rejects.toThrow('The account belongs to https://us6.api.mailchimp.com, and the definition of vendor says https://us21.api.mailchimp.com.');
    expect(await findConnection(migrated.database, 'vendor')).toBeUndefined();
  });

  test.each([['nothing'], [7], ['javascript:alert(1)'], ['']])('says %o of the data centre: nothing is stored', async (said) => {
    await accountOf('mailchimp', { dc: 'us6', listId: 'l1' }, answers(said));
    await expect(connect()).rejects.toThrow('/api_endpoint');
    expect(await findConnection(migrated.database, 'vendor')).toBeUndefined();
  });
});

describe('Zendesk', () => {
  const pair = (count: number) => ({ access_token: `acc${count}`, refresh_token: `ref${count}`, token_type: 'bearer', scope: 'read write', expires_in: 86_400, refresh_token_expires_in: 7_689_600 });

  test('takes JSON only, and gives tokens that end where it is asked to', async () => {
    let count = 0;
    const definition = await accountOf('zendesk', { subdomain: 'acme' }, ({ contentType, fields }) => {
      if (contentType !== 'application/json' || fields['expires_in'] !== 86_400) return { status: 400, body: { error: 'invalid_request' } };
      count += 1;
      return { body: pair(count) };
    });
    const url = await connect();
    expect([url.pathname, url.searchParams.get('scope'), url.searchParams.get('code_challenge_method')]).toEqual(['/oauth/authorizations/new', 'read write', 'S256']);
    expect(await accounts().read('vendor')).toMatchObject({ access: 'acc1', canRefresh: true });
    await refresh(definition);
    expect(endpoint?.asked[1]?.fields).toEqual({ grant_type: 'refresh_token', refresh_token: 'ref1', client_id: 'crosswalk', client_secret: 'a-secret-of-the-vendor', expires_in: 86_400, refresh_token_expires_in: 7_689_600 });
    expect(await accounts().read('vendor')).toMatchObject({ access: 'acc2', generation: 2 });
  });
});

describe('Slack', () => {
  const bot = { ok: true, access_token: 'xoxb-1', token_type: 'bot', scope: 'chat:write,channels:history,channels:read,users:read,users:read.email', bot_user_id: 'U1', team: { id: 'T1', name: 'Team' }, authed_user: { id: 'U2' } };

  test("gives a bot's token that does not end", async () => {
    await accountOf('slack', { channel: 'C0123ABCD' }, () => ({ body: bot }));
    const url = await connect();
    expect([url.pathname, url.searchParams.get('scope')]).toEqual(['/oauth/v2/authorize', bot.scope]);
    expect(endpoint?.asked).toMatchObject([{ path: '/api/oauth.v2.access', authorization: `Basic ${Buffer.from('crosswalk:a-secret-of-the-vendor').toString('base64')}` }]);
    expect(await accounts().read('vendor')).toMatchObject({ access: 'xoxb-1', canRefresh: false, expiresInMs: Infinity });
  });

  test('with token rotation gives one that ends after twelve hours, and is refreshed', async () => {
    let count = 0;
    const definition = await accountOf('slack', { channel: 'C0123ABCD' }, () => {
      count += 1;
      return { body: { ...bot, access_token: `xoxe.xoxb-${count}`, expires_in: 43_200, refresh_token: `xoxe-${count}` } };
    });
    await connect();
    const { lifetimeMs } = await accounts().read('vendor');
    expect(lifetimeMs).toBe(43_200_000);
    await refresh(definition);
    expect(await accounts().read('vendor')).toMatchObject({ access: 'xoxe.xoxb-2', generation: 2 });
  });

  test.each([
    ['bad_client_secret', 'the client id or secret is refused (bad_client_secret)'],
    ['invalid_code', 'the authorization is no longer valid (invalid_code)'],
  ])('refuses with 200 and ok: false: %s', async (error, message) => {
    await accountOf('slack', { channel: 'C0123ABCD' }, () => ({ body: { ok: false, error } }));
    await expect(connect()).rejects.toThrow(message);
    expect(await findConnection(migrated.database, 'vendor')).toBeUndefined();
  });

  test.each([
    ['invalid_refresh_token', 'reconnect-needed'], ['bad_client_secret', 'client-refused'], ['internal_error', 'connected'],
  ])('answers a refresh with 200 and %s: the account is %s', async (error, state) => {
    let good = true;
    const definition = await accountOf('slack', { channel: 'C0123ABCD' }, () => ({ body: good ? { ...bot, expires_in: 43_200, refresh_token: 'xoxe-1' } : { ok: false, error } }));
    await connect();
    good = false;
    await expect(refresh(definition)).rejects.toThrow();
    expect(await findConnection(migrated.database, 'vendor')).toMatchObject({ state });
  });
});
