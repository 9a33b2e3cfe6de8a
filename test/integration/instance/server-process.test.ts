import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchChild } from '../../../src/local/child-launch.js';
import type { ClaimedStateFolder } from '../../../src/local/state-folder.js';
import { openDatabase } from '../../../src/store/database.js';
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
