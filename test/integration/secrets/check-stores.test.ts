import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startMotoServer, type MotoServer } from '../../support/moto-server.js';
import { VaultServer } from '../../support/vault-server.js';

const command = fileURLToPath(new URL('../../../bin/crosswalk.js', import.meta.url));
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'crosswalk-check-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

interface Checked {
  readonly code: number;
  readonly out: string;
  /** `LINE:COLUMN level message` of each finding. */
  readonly findings: readonly string[];
}

/** Checks a system whose credentials are the given reference, as a person does. */
async function check(reference: string, env: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<Checked> {
  writeFileSync(join(folder, 'crm.yaml'), `system: crm\nbaseUrl: https://crm.example.com\nauth: { type: bearer, token: ${reference} }\nobjects:\n  contact: { list: { get: /contacts } }\n`);
  const { HOME = '', PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [command, 'check', folder, '--json', ...options], { cwd: folder, env: { HOME, PATH, ...env } }, (error, stdout, stderr) => {
      const out = stdout + stderr;
      const { findings = [] } = JSON.parse(stdout) as { readonly findings?: readonly { readonly line: number; readonly column: number; readonly level: string; readonly message: string }[] };
      resolve({ code: error === null ? 0 : Number(error.code), out, findings: findings.map(({ line, column, level, message }) => `${line}:${column} ${level} ${message}`) });
    });
  });
}

describe('crosswalk check asks Vault', () => {
  let vault: VaultServer;
  beforeEach(async () => {
    vault = await VaultServer.start();
    vault.secrets.set('secret/crm', { token: 'a-token-of-the-vault', blank: '' });
  });
  afterEach(() => vault.close());
  const env = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({ VAULT_ADDR: vault.url, VAULT_TOKEN: 'root-of-the-tests', ...more });

  test('and has nothing to remark where it is there; its value is not shown', async () => {
    const { code, out, findings } = await check('secret://vault/secret/crm#token', env());
    expect([code, findings]).toEqual([0, []]);
    expect(vault.seen).toEqual(['GET /v1/secret/data/crm 200']);
    expect(out).not.toContain('a-token-of-the-vault');
  });

  test.each([
    ['nowhere#token', 'Vault has nothing at secret/nowhere; store it there, or correct the name'],
    ['crm#other', 'it has no field other; store it there, or correct the name'],
    ['crm#blank', 'it is empty'],
  ])('a missing one is an error with its place: %s', async (place, message) => {
    const { code, out, findings } = await check(`secret://vault/secret/${place}`, env());
    expect(code).not.toBe(0);
    expect(findings).toEqual([`3:30 error secret://vault/secret/${place}: ${message}`]);
    expect(out).not.toContain('a-token-of-the-vault');
  });

  test('one that does not answer is a warning that says what to do', async () => {
    vault.failWith = 500;
    const down = await check('secret://vault/secret/crm#token', env());
    expect([down.code, down.findings]).toEqual([0, ['3:30 warning secret://vault/secret/crm#token: Vault answers with 500; whether it is there is not known: check again where the store can be reached, or leave this out with --no-environment']]);
    const gone = await check('secret://vault/secret/crm#token', env({ VAULT_ADDR: 'http://127.0.0.1:9' }));
    expect([gone.code, gone.findings.length]).toEqual([0, 1]);
    expect(gone.findings[0]).toContain('warning secret://vault/secret/crm#token: Vault did not answer as it should; whether');
  });

  test.each<[string, Record<string, string>, string]>([
    ['without an address', { VAULT_ADDR: '' }, 'VAULT_ADDR is not set'],
    ['without leave', { VAULT_TOKEN: 'wrong' }, 'Vault refuses to give secret/crm (403)'],
    ['at an address that is none', { VAULT_ADDR: 'nonsense' }, 'VAULT_ADDR'],
  ])('%s there is a warning too', async (_what, more, why) => {
    const { code, findings } = await check('secret://vault/secret/crm#token', env(more));
    expect(code).toBe(0);
    expect(findings).toEqual([expect.stringMatching(/^3:30 warning .*check with an address and credentials that may read it/)]);
    expect(findings[0]).toContain(why);
  });

  test('not with --no-environment, and not where no definition names it', async () => {
    expect(await check('secret://vault/secret/nowhere#token', env(), '--no-environment')).toMatchObject({ code: 0, findings: [] });
    expect(await check('secret://env/CRM', env({ CRM: 'a-token' }))).toMatchObject({ code: 0, findings: [] });
    expect(vault.seen).toEqual([]);
  });

  test('and a key that is published is refused there as anywhere', async () => {
    vault.secrets.set('secret/crm', { token: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
    expect((await check('secret://vault/secret/crm#token', env())).findings).toEqual([expect.stringMatching(/^3:30 error /)]);
  });
});

const started = await startMotoServer((message) => { console.log(message); });
const moto: MotoServer | undefined = 'missing' in started ? undefined : started;
if ('missing' in started) console.log(`skipped: ${started.missing}`);

describe.skipIf(moto === undefined)('crosswalk check asks AWS Secrets Manager', () => {
  const env = { AWS_ENDPOINT_URL: moto?.url ?? '', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'of-the-tests', AWS_SECRET_ACCESS_KEY: 'of-the-tests' };
  beforeAll(async () => {
    const admin = new SecretsManagerClient({ endpoint: env.AWS_ENDPOINT_URL, region: env.AWS_REGION, credentials: { accessKeyId: 'of-the-tests', secretAccessKey: 'of-the-tests' } });
    await admin.send(new CreateSecretCommand({ Name: 'prod/crm', SecretString: JSON.stringify({ token: 'a-token-of-aws' }) }));
    admin.destroy();
  });
  afterAll(() => moto?.stop());

  test('a secret that is there is nothing to remark, a missing one or a missing field an error', async () => {
    expect(await check('secret://aws/prod/crm#token', env)).toMatchObject({ code: 0, findings: [] });
    const missing = await check('secret://aws/prod/none', env);
    expect(missing.findings).toEqual(['3:30 error secret://aws/prod/none: AWS has no secret prod/none (ResourceNotFoundException); store it there, or correct the name']);
    const field = await check('secret://aws/prod/crm#other', env);
    expect(field.findings).toEqual(['3:30 error secret://aws/prod/crm#other: it has no field other; store it there, or correct the name']);
    expect(missing.out + field.out).not.toContain('a-token-of-aws');
  });

  test('one that cannot be reached is a warning', async () => {
    const { code, findings } = await check('secret://aws/prod/crm#token', { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect([code, findings]).toEqual([0, [expect.stringMatching(/^3:30 warning secret:\/\/aws\/prod\/crm#token: AWS did not answer as it should .*check again/)]]);
  });
});
