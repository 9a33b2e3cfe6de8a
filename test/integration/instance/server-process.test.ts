import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { launchChild } from '../../../src/local/child-launch.js';
import type { ClaimedStateFolder } from '../../../src/local/state-folder.js';
import { openDatabase } from '../../../src/store/database.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { migrate } from '../../../src/store/migrate.js';
import { type InstanceServers, shareServers } from '../../support/instance-servers.js';
import { newTestFolder } from '../../support/servers.js';

const script = fileURLToPath(new URL('../../../dist/src/ingress/process.js', import.meta.url));
let folder: ClaimedStateFolder;
let servers: InstanceServers;

beforeAll(async () => {
  folder = newTestFolder();
  servers = await shareServers(inject('crosswalkServers'));
  const database = openDatabase({ url: servers.databaseUrl, connections: 2 });
  await migrate(database);
  await database.close();
});

afterAll(async () => {
  await servers?.stop();
  folder?.release();
  if (folder !== undefined) rmSync(folder.root, { recursive: true, force: true });
});

test.each([
  ['one signal', ['SIGTERM']],
  ['two signals', ['SIGTERM', 'SIGINT']],
] as const)('the server process answers, and ends in order by itself after %s', async (_what, signals) => {
  const child = await launchChild({
    name: 'server', script, logFile: join(folder.logs, 'server.log'), readyWithinMs: 60_000, graceMs: 60_000,
    env: { DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress, TEMPORAL_NAMESPACE: servers.namespace, CROSSWALK_PORT: '0' },
  }, new AbortController().signal);
  try {
    expect((await fetch(`${String(child.ready['url'])}/api/health`)).ok).toBe(true);
    for (const signal of signals) process.kill(child.pid, signal);
    expect(await child.exited).toBe('ended with exit code 0');
  } finally {
    await child.stop();
  }
});

test('row 32: neither the server nor a worker starts with a test key that is printed somewhere', async () => {
  // The example of the Standard Webhooks documentation.
  const key = ['whsec', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'].join('_');
  const { systems, findings } = compileDefinitions(parseDefinitions('crm.yaml', systemText), '/', { env: { CRM_HOOK: 'a-secret-of-our-own' } });
  expect(findings).toEqual([]);
  const [body] = systems.values();
  const database = openDatabase({ url: servers.databaseUrl, connections: 2 });
  try {
    if (body !== undefined) await storeDefinitions(database, [{ kind: 'system', name: 'crm', hash: 'h', body, source: systemText }]);
    for (const process of ['src/ingress/process.js', 'workers/main.js']) {
      const launched = launchChild({
        name: process, script: fileURLToPath(new URL(`../../../dist/${process}`, import.meta.url)), logFile: join(folder.logs, 'refused.log'), readyWithinMs: 60_000, graceMs: 60_000,
        env: { DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress, TEMPORAL_NAMESPACE: servers.namespace, CROSSWALK_PORT: '0', CRM_HOOK: key },
      }, new AbortController().signal);
      await expect(launched.then((child) => child.stop().then(() => 'started'), (error: unknown) => String(error))).resolves.toMatch(/printed in Standard Webhooks|ended with exit code [12]/);
    }
    expect(readFileSync(join(folder.logs, 'refused.log'), 'utf8')).toContain('secret://env/CRM_HOOK: its value is a test key that is printed in Standard Webhooks');
    expect(readFileSync(join(folder.logs, 'refused.log'), 'utf8')).not.toContain(key);
  } finally {
    await storeDefinitions(database, []);
    await database.close();
  }
});

const systemText = `system: crm
baseUrl: https://crm.example.com
auth: { type: none }
webhooks: { scheme: hmac-sha256, secret: secret://env/CRM_HOOK, id: /id }
objects: { contact: { list: { get: /contacts } } }
`;
