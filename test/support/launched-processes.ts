import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, inject } from 'vitest';
import { launchChild, type LaunchedChild } from '../../src/local/child-launch.js';
import type { ClaimedStateFolder } from '../../src/local/state-folder.js';
import { type InstanceServers, shareServers } from './instance-servers.js';
import { newTestFolder } from './servers.js';

/** LaunchedProcesses starts processes of the build on a migrated database and a namespace of one test file. */
export interface LaunchedProcesses {
  readonly databaseUrl: string;
  /** launch starts a script of dist/ and waits until it is ready; rejects with the end of its log where it ends before. */
  launch(script: string, env?: Readonly<Record<string, string>>): Promise<LaunchedChild>;
}

/** useLaunchedProcesses prepares before the tests of the file that calls it, and tidies up after them. */
export function useLaunchedProcesses(): LaunchedProcesses {
  let folder: ClaimedStateFolder | undefined;
  let servers: InstanceServers | undefined;
  beforeAll(async () => {
    folder = newTestFolder();
    servers = await shareServers(inject('crosswalkServers'));
  });
  afterAll(async () => {
    await servers?.stop();
    folder?.release();
    if (folder !== undefined) rmSync(folder.root, { recursive: true, force: true });
  });
  const current = (): { readonly folder: ClaimedStateFolder; readonly servers: InstanceServers } => {
    if (folder === undefined || servers === undefined) throw new Error('No test has begun.');
    return { folder, servers };
  };
  return {
    get databaseUrl() { return current().servers.databaseUrl; },
    launch: (script, env = {}) => {
      const { folder: { logs }, servers: { databaseUrl, temporalAddress, namespace } } = current();
      return launchChild({
        name: script, script: fileURLToPath(new URL(`../../dist/${script}`, import.meta.url)), logFile: join(logs, 'process.log'), readyWithinMs: 60_000, graceMs: 60_000,
        env: { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace, CROSSWALK_PORT: '0', ...env },
      }, new AbortController().signal);
    },
  };
}
