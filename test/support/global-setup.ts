import type { TestProject } from 'vitest/node';
import { type RunningTestServers, type TestServers, startTestServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The servers of this run: `inject('crosswalkServers')`. */
    readonly crosswalkServers: TestServers;
  }
}

// Each vitest project loads this file anew, yet one pair of servers is enough for all of them.
const SHARED = Symbol.for('crosswalk.test-servers');
interface Shared {
  users: number;
  readonly servers: Promise<RunningTestServers>;
}
const holder: { [SHARED]?: Shared } = globalThis;

/** setup starts the servers for the first project that asks and stops them after the last one; for vitest's `globalSetup`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[SHARED] ??= { users: 0, servers: startTestServers((message) => process.stderr.write(`test servers: ${message}\n`)) });
  shared.users += 1;
  const servers = await shared.servers;
  project.provide('crosswalkServers', { databaseUrl: servers.databaseUrl, temporalAddress: servers.temporalAddress });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete holder[SHARED];
    await servers.stop();
  };
}
