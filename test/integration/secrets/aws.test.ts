import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAwsStore } from '../../../src/secrets/aws-store.js';
import { openSecrets } from '../../../src/secrets/open-secrets.js';
import { SecretStoreError } from '../../../src/secrets/stored-secret.js';
import { startMotoServer, type MotoServer } from '../../support/moto-server.js';

const started = await startMotoServer((message) => { console.log(message); });
const moto: MotoServer | undefined = 'missing' in started ? undefined : started;
if ('missing' in started) console.log(`skipped: ${started.missing}`);

const settings = { AWS_ENDPOINT_URL: moto?.url, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'of-the-tests', AWS_SECRET_ACCESS_KEY: 'of-the-tests' };
const before = Object.fromEntries(Object.keys(settings).map((name) => [name, process.env[name]]));

describe.skipIf(moto === undefined)('a secret in AWS Secrets Manager', () => {
  let admin: SecretsManagerClient;
  beforeAll(async () => {
    Object.assign(process.env, settings);
    admin = new SecretsManagerClient({});
    await admin.send(new CreateSecretCommand({ Name: 'prod/crm', SecretString: JSON.stringify({ token: 'token-one', user: 'crosswalk' }) }));
    await admin.send(new CreateSecretCommand({ Name: 'plain', SecretString: 'just-text' }));
    await admin.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: new Uint8Array([1, 2]) }));
  });
  afterEach(() => { process.env['AWS_ENDPOINT_URL'] = moto?.url; });
  afterAll(async () => {
    admin?.destroy();
    for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name]; else process.env[name] = value;
    await moto?.stop();
  });

  test('is read whole, or by its fields, and again when it has changed', async () => {
    const secrets = openSecrets({ env: {}, log: { warn: () => undefined } });
    const texts = ['secret://aws/prod/crm#token', 'secret://aws/plain'];
    await secrets.ready(texts);
    expect(texts.map((text) => secrets.resolve(text))).toEqual(['token-one', 'just-text']);
    expect(() => secrets.resolve('secret://aws/prod/crm#other')).toThrow('it has no field other');
    await admin.send(new PutSecretValueCommand({ SecretId: 'prod/crm', SecretString: JSON.stringify({ token: 'token-two' }) }));
    await new Promise((resolve) => { setTimeout(resolve, 5_100); });
    expect(await secrets.reread(texts)).toBe(true);
    expect(secrets.resolve('secret://aws/prod/crm#token')).toBe('token-two');
    await secrets.close();
  });

  test.each([['nowhere', 'absent'], ['bytes', 'absent']])('%s is %s', async (name, why) => {
    const store = createAwsStore();
    const error = await store.fetch(name).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretStoreError);
    expect(error).toMatchObject({ why });
    await store.close?.();
  });

  test('is unavailable where the service does not answer', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const store = createAwsStore();
    await expect(store.fetch('plain')).rejects.toMatchObject({ why: 'unavailable' });
    await store.close?.();
  });
});
