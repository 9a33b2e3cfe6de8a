import { beforeAll, expect, test } from 'vitest';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { openDatabase } from '../../../src/store/database.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { useLaunchedProcesses } from '../../support/launched-processes.js';
import { systemAt } from '../../unit/http/system-under-test.js';

// Row 32 of the security matrix: keys that everybody knows are refused at the start.
const processes = useLaunchedProcesses();
const published = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

beforeAll(async () => {
  const database = openDatabase({ url: processes.databaseUrl, connections: 2 });
  const body: SystemDefinition = {
    ...systemAt('http://127.0.0.1:9'), system: 'crm', auth: { type: 'bearer', token: 'secret://env/CRM_TOKEN' },
    webhooks: { verify: { scheme: 'standard-webhooks', secrets: ['secret://env/CRM_WEBHOOKS'] } } as unknown as NonNullable<SystemDefinition['webhooks']>,
  };
  await storeDefinitions(database, [{ kind: 'system', name: 'crm', hash: 'h', body, source: '' }]);
  await database.close();
});

test.each([
  ['worker', 'workers/main.js', { CRM_TOKEN: 'of-our-own', CRM_WEBHOOKS: published }],
  ['worker', 'workers/main.js', { CRM_TOKEN: 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==', CRM_WEBHOOKS: 'of-our-own' }],
  ['server', 'src/ingress/process.js', { CRM_TOKEN: 'of-our-own', CRM_WEBHOOKS: published }],
])('a %s (%s) does not start with a key that stands in a public document, says which, and does not show it', async (_name, script, secrets) => {
  const start = processes.launch(script, secrets);
  const error = await start.then(async (child) => { await child.stop(); return 'it started'; }, (thrown: unknown) => String(thrown));
  expect(error).toMatch(/secret:\/\/env\/CRM_\w+: its value is a test key that is printed in /);
  for (const secret of Object.values(secrets)) expect(error).not.toContain(secret);
});
