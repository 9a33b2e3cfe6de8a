import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { launchChild } from '../../../src/local/child-launch.js';
import type { ClaimedStateFolder } from '../../../src/local/state-folder.js';
import { openDatabase } from '../../../src/store/database.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { migrate } from '../../../src/store/migrate.js';
import { type InstanceServers, shareServers } from '../../support/instance-servers.js';
import { newTestFolder } from '../../support/servers.js';
import { systemAt } from '../../unit/http/system-under-test.js';

// Row 32 of the security matrix: keys that everybody knows are refused at the start.
const inDist = (place: string): string => fileURLToPath(new URL(`../../../dist/${place}`, import.meta.url));
const published = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let folder: ClaimedStateFolder;
let servers: InstanceServers;

beforeAll(async () => {
  folder = newTestFolder();
  servers = await shareServers(inject('crosswalkServers'));
  const database = openDatabase({ url: servers.databaseUrl, connections: 2 });
  await migrate(database);
  const body: SystemDefinition = {
    ...systemAt('http://127.0.0.1:9'), system: 'crm', auth: { type: 'bearer', token: 'secret://env/CRM_TOKEN' },
    webhooks: { verify: { scheme: 'standard-webhooks', secrets: ['secret://env/CRM_WEBHOOKS'] } } as unknown as NonNullable<SystemDefinition['webhooks']>,
  };
  await storeDefinitions(database, [{ kind: 'system', name: 'crm', hash: 'h', body, source: '' }]);
  await database.close();
});
afterAll(async () => {
  await servers?.stop();
  folder?.release();
  if (folder !== undefined) rmSync(folder.root, { recursive: true, force: true });
});

test.each([
  ['worker', 'workers/main.js', { CRM_TOKEN: 'of-our-own', CRM_WEBHOOKS: published }],
  ['worker', 'workers/main.js', { CRM_TOKEN: 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==', CRM_WEBHOOKS: 'of-our-own' }],
  ['server', 'src/ingress/process.js', { CRM_TOKEN: 'of-our-own', CRM_WEBHOOKS: published }],
])('a %s (%s) does not start with a key that stands in a public document, says which, and does not show it', async (name, script, secrets) => {
  const start = launchChild({
    name, script: inDist(script), logFile: join(folder.logs, `${name}.log`), readyWithinMs: 60_000, graceMs: 5_000,
    env: { DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress, TEMPORAL_NAMESPACE: servers.namespace, CROSSWALK_PORT: '0', ...secrets },
  }, new AbortController().signal);
  const error = await start.then(async (child) => { await child.stop(); return 'it started'; }, (thrown: unknown) => String(thrown));
  expect(error).toMatch(/secret:\/\/env\/CRM_\w+: its value is a test key that is printed in /);
  for (const secret of Object.values(secrets)) expect(error).not.toContain(secret);
});
