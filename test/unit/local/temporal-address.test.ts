import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeLocalInstance } from '../../../src/local/local-instance.js';
import { claimStateFolder, openStateFolder } from '../../../src/local/state-folder.js';
import { configuredTemporal, temporalTarget } from '../../../src/local/temporal-address.js';

let base: string;
let file: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'crosswalk-address-')));
  file = path.join(base, 'temporal.toml');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

const environment = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ HOME: base, CROSSWALK_HOME: path.join(base, 'state'), ...variables });

describe('configuredTemporal', () => {
  test.each<[string, NodeJS.ProcessEnv, unknown]>([
    ['nothing', {}, undefined],
    ['an empty address', { TEMPORAL_ADDRESS: '' }, undefined],
    ['a namespace alone', { TEMPORAL_NAMESPACE: 'team' }, undefined],
    ['an address', { TEMPORAL_ADDRESS: 'temporal:7233' }, { address: 'temporal:7233', namespace: 'default', tls: undefined }],
    [
      'address, namespace and key',
      { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'team', TEMPORAL_API_KEY: 'key' },
      { address: 'temporal:7233', namespace: 'team', tls: true, apiKey: 'key' },
    ],
    ['TLS switched off', { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: 'key' }, { address: 'temporal:7233', namespace: 'default', tls: false, apiKey: 'key' }],
  ])('with %s', (_, variables, expected) => {
    const found = configuredTemporal(environment(variables));
    const { address, tls, apiKey } = found?.connectionOptions ?? {};
    expect(found && { address, namespace: found.namespace, tls, apiKey }).toEqual(expected);
  });

  test('reads the profile that is named, and the default one otherwise', () => {
    writeFileSync(file, '[profile.default]\naddress = "a:1"\n[profile.prod]\naddress = "b:2"\nnamespace = "prod"\n');
    expect(configuredTemporal(environment({ TEMPORAL_CONFIG_FILE: file }))).toMatchObject({ connectionOptions: { address: 'a:1' }, namespace: 'default' });
    expect(configuredTemporal(environment({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' }))).toMatchObject({ connectionOptions: { address: 'b:2' }, namespace: 'prod' });
  });

  test.each([
    ['a profile that does not exist', '[profile.default]\naddress = "a:1"\n', { TEMPORAL_PROFILE: 'prod' }, /prod/],
    ['a file that is no TOML, without quoting it', '[profile.default]\napi_key = "top-secret" oops\n', {}, /cannot be read/],
    ['a file without profiles', 'address = "a:1"\n', {}, /cannot be read/],
    ['a file that does not exist', undefined, {}, /does not exist/],
  ])('refuses %s', (_, content, variables, message) => {
    if (content !== undefined) writeFileSync(file, content);
    const read = (): unknown => configuredTemporal(environment({ TEMPORAL_CONFIG_FILE: file, ...variables }));
    expect(read).toThrow(message);
    expect(read).toThrow(/where: .*temporal\.toml[^]*what to do:/);
    expect(read).not.toThrow(/top-secret/);
  });
});

describe('temporalTarget', () => {
  test('is the configured server even while a local instance runs, and the local one otherwise', () => {
    const claimed = claimStateFolder(openStateFolder(path.join(base, 'state')));
    writeLocalInstance(claimed, { pid: process.pid, startedAt: 'now', temporalAddress: '127.0.0.1:7999', namespace: 'crosswalk' });
    expect(temporalTarget(environment({ TEMPORAL_ADDRESS: 'temporal:7233' })).source).toBe('environment');
    expect(temporalTarget(environment({ TEMPORAL_NAMESPACE: 'team' }))).toEqual({ connectionOptions: { address: '127.0.0.1:7999' }, namespace: 'crosswalk', source: 'local' });
    claimed.release();
  });

  test('says what to do where there is neither', () => {
    expect(() => temporalTarget(environment({}))).toThrow(/No Temporal server is known[^]*where: TEMPORAL_ADDRESS[^]*what to do: .*npm start/);
  });
});
