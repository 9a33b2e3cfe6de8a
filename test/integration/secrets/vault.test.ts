import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSecrets, type Secrets } from '../../../src/secrets/open-secrets.js';
import { SecretStoreError } from '../../../src/secrets/stored-secret.js';
import { createVaultStore } from '../../../src/secrets/vault-store.js';
import { clientOf, get, systemAt } from '../../unit/http/system-under-test.js';
import { HttpSystem } from '../../support/http-system.js';
import { VaultServer } from '../../support/vault-server.js';

let vault: VaultServer;
let opened: Secrets[] = [];

beforeEach(async () => {
  vault = await VaultServer.start();
  vault.secrets.set('secret/crm', { token: 'token-one', port: 8443, nested: { a: 1 } });
});
afterEach(async () => {
  for (const secrets of opened.splice(0)) await secrets.close();
  await vault.close();
});

const text = 'secret://vault/secret/crm#token';
function secretsWith(env: NodeJS.ProcessEnv = { VAULT_TOKEN: 'root-of-the-tests' }, freshMs = 60_000): Secrets {
  const secrets = openSecrets({ env: { VAULT_ADDR: vault.url, ...env }, log: { warn: () => undefined }, freshMs });
  opened.push(secrets);
  return secrets;
}
async function read(env?: NodeJS.ProcessEnv, reference = text): Promise<string> {
  const secrets = secretsWith(env);
  await secrets.ready([reference]);
  return secrets.resolve(reference);
}

describe('a secret in Vault is read', () => {
  test('with a token', async () => {
    expect(await read()).toBe('token-one');
    expect(await read(undefined, 'secret://vault/secret/crm#port')).toBe('8443');
    expect(vault.seen[0]).toBe('GET /v1/secret/data/crm 200');
  });

  test('with an AppRole, logging in once and again when the token is revoked', async () => {
    const store = createVaultStore({ VAULT_ADDR: `${vault.url}/`, VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: 'secret-id' });
    await Promise.all([store?.fetch('secret/crm'), store?.fetch('secret/crm')]);
    expect(vault.seen.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    vault.tokens.clear();
    expect((await store?.fetch('secret/crm'))?.get('token')).toBe('token-one');
    expect(vault.seen.filter((request) => request.startsWith('POST'))).toHaveLength(2);
    await store?.close?.();
  });

  test('with the token of a Kubernetes service account, in a namespace', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-vault-'));
    try {
      writeFileSync(path.join(folder, 'token'), 'jwt-of-the-pod\n');
      vault.namespace = 'team-a';
      expect(await read({ VAULT_K8S_ROLE: 'crosswalk', VAULT_K8S_TOKEN_FILE: path.join(folder, 'token'), VAULT_NAMESPACE: 'team-a' })).toBe('token-one');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('where Vault does not give it', () => {
  const why = async (env: NodeJS.ProcessEnv, place = 'secret/crm'): Promise<string> => {
    const store = createVaultStore({ VAULT_ADDR: vault.url, ...env });
    try {
      await store?.fetch(place);
      return 'given';
    } catch (error) {
      return error instanceof SecretStoreError ? `${error.why}: ${error.message}` : String(error);
    } finally {
      await store?.close?.();
    }
  };

  test('it says why, and shows nothing', async () => {
    expect(await why({ VAULT_TOKEN: 'root-of-the-tests' }, 'secret/nowhere')).toBe('absent: Vault has nothing at secret/nowhere');
    expect(await why({ VAULT_TOKEN: 'wrong' })).toBe('refused: Vault refuses to give secret/crm (403)');
    expect(await why({ VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: 'wrong' })).toBe('refused: Vault refuses the log-in (400)');
    expect(await why({})).toContain('neither VAULT_TOKEN nor VAULT_ROLE_ID nor VAULT_K8S_ROLE');
    vault.failWith = 503;
    expect(await why({ VAULT_TOKEN: 'root-of-the-tests' })).toBe('unavailable: Vault answers with 503');
    expect(await why({ VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'x' })).toBe('unavailable: Vault did not answer as it should');
  });

  test('nothing is sent to the system; that may pass, so it is tried again', async () => {
    vault.failWith = 503;
    const { client, system } = await clientWith(secretsWith());
    expect(await client.send(get('/records'))).toMatchObject({ outcome: 'retry', error: { detail: { code: 'missing-secret' } } });
    expect(system.seen).toEqual([]);
    await system.close();
  });

  test('nor has given it yet, a text that is needed before the request is tried again', () => {
    const secrets = secretsWith();
    const { client } = clientOf(systemAt('http://127.0.0.1:1'), { resolve: (value) => secrets.resolve(value), storedSecrets: secrets });
    expect(() => client.resolve(text)).toThrow(expect.objectContaining({ detail: expect.objectContaining({ outcome: 'retry', code: 'missing-secret' }) as unknown }) as Error);
  });

  test('since there is no such secret, that is a failure', async () => {
    vault.secrets.clear();
    const { client, system } = await clientWith(secretsWith());
    expect(await client.send(get('/records'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'missing-secret' } } });
    await system.close();
  });
});

test('a secret that was rotated is read again as soon as the system refuses the old one, and the request is repeated once', async () => {
  const secrets = secretsWith(undefined, 3_600_000);
  const { client, system, accepted } = await clientWith(secrets);
  expect(await client.send(get('/records'))).toMatchObject({ outcome: 'ok' });
  // What was read a moment ago is not read again at once.
  await new Promise((resolve) => { setTimeout(resolve, 5_100); });
  accepted.token = 'token-two';
  vault.secrets.set('secret/crm', { token: 'token-two' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => client.send(get('/records'))));
  expect(answers.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0);
  expect(await client.send(get('/records'))).toMatchObject({ outcome: 'ok' });
  const reads = vault.seen.length;
  accepted.token = 'never';
  expect(await client.send(get('/records'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'authentication-failed' } } });
  expect(await client.send(get('/records'))).toMatchObject({ outcome: 'fail' });
  expect(vault.seen.length - reads).toBeLessThanOrEqual(1);
  await system.close();
});

async function clientWith(secrets: Secrets) {
  const accepted = { token: 'token-one' };
  const system = await HttpSystem.start('crm', { admit: async ({ headers }) => (headers.authorization === `Bearer ${accepted.token}` ? undefined : { status: 401, body: {} }) });
  const { client } = clientOf(systemAt(`http://127.0.0.1:${system.port}`, { auth: { type: 'bearer', token: text } }), { resolve: (value) => secrets.resolve(value), storedSecrets: secrets });
  return { client, system, accepted };
}
