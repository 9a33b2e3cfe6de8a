import type { TestProject } from 'vitest/node';
import { type RunningTestServers, type TestServers, startTestServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The servers of this run: `inject('crosswalkServers')`. */
    readonly crosswalkServers: TestServers;
  }
}

// Each vitest project loads this file anew, yet one pair of servers is enough for all of them.
declare global {
  var crosswalkTestServers: { users: number; readonly servers: Promise<RunningTestServers> } | undefined;
}

/** setup starts the servers for the first project that asks and stops them after the last one; for vitest's `globalSetup`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (globalThis.crosswalkTestServers ??= { users: 0, servers: startTestServers((message) => process.stderr.write(`test servers: ${message}\n`)) });
  shared.users += 1;
  const servers = await shared.servers;
  project.provide('crosswalkServers', { databaseUrl: servers.databaseUrl, temporalAddress: servers.temporalAddress });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    globalThis.crosswalkTestServers = undefined;
    await servers.stop();
  };
}
