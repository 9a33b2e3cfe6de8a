// A whole instance for measuring: PostgreSQL, Temporal, sandbox and one worker, in a folder of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CrosswalkClient } from '../dist/src/client/index.js';
import { definitionHash } from '../dist/src/config/definition-hash.js';
import { loadDefinitions } from '../dist/src/config/definition-set.js';
import { sandboxEnvironment } from '../dist/src/cli/sandbox-environment.js';
import { startChild } from '../dist/src/local/child-process.js';
import { startPostgres } from '../dist/src/local/postgres.js';
import { claimStateFolder, emptyStateFolder, openStateFolder } from '../dist/src/local/state-folder.js';
import { resolveTemporalBinary } from '../dist/src/local/temporal-binary.js';
import { startTemporalServer } from '../dist/src/local/temporal-server.js';
import { workerNodeArgs } from '../dist/src/local/worker-memory.js';
import { openDatabase } from '../dist/src/store/database.js';
import { storeDefinitions } from '../dist/src/store/definitions.js';
import { migrate } from '../dist/src/store/migrate.js';

export const root = fileURLToPath(new URL('..', import.meta.url));

export async function startInstance({ definitions = join(root, 'examples/sandbox'), progress = () => undefined, nodeArgs = workerNodeArgs, adjust = (definition) => definition, handoffs = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
  const state = claimStateFolder(openStateFolder(folder));
  const [postgres, binary] = await Promise.all([startPostgres({ stateFolder: state, onProgress: progress }), resolveTemporalBinary({ onProgress: progress })]);
  const temporal = await startTemporalServer({ stateFolder: state, binary: binary.path, headless: true, onProgress: progress });
  const sandbox = await startChild({ name: 'sandbox', script: join(root, 'dist/src/sandbox/main.js'), args: ['--port', '0'], logFile: join(state.logs, 'sandbox.log') });
  const sandboxUrl = sandbox.ready().url;
  const env = { ...sandboxEnvironment(process.env, sandboxUrl), DATABASE_URL: postgres.url, TEMPORAL_ADDRESS: temporal.address };
  Object.assign(process.env, env);
  const database = openDatabase({ url: postgres.url, connections: 4 });
  await migrate(database);
  const set = await loadDefinitions(definitions, { env: process.env });
  const errors = set.findings.filter((finding) => finding.level === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const stored = [...[...set.systems].map(([name, body]) => ({ kind: 'system', name, body })), ...[...set.syncs].map(([name, body]) => ({ kind: 'sync', name, body })), ...[...handoffs].map((body) => ({ kind: 'handoff', name: body.handoff, body }))];
  await storeDefinitions(database, stored.map(({ kind, name, body }) => {
    const adjusted = adjust(body, kind, name);
    return { kind, name, hash: definitionHash(adjusted), body: adjusted, source: '' };
  }));
  const startWorker = () => startChild({ name: 'worker', script: join(root, 'dist/workers/main.js'), nodeArgs, logFile: join(state.logs, 'worker.log') });
  const worker = await startWorker();
  const client = await CrosswalkClient.connect({ connection: { address: temporal.address } });
  return {
    folder, state, postgres, temporal, sandbox, sandboxUrl, database, worker, client, env, startWorker,
    admin: async (method, path, body) => {
      const answer = await fetch(`${sandboxUrl}/_admin${path}`, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      const text = (await answer.text()).trim();
      return answer.headers.get('content-type')?.includes('application/json') ? JSON.parse(text) : text;
    },
    stop: async ({ keep = false } = {}) => {
      await client.close();
      await worker.stop();
      await sandbox.stop();
      await database.close();
      await temporal.stop();
      await postgres.stop();
      state.release();
      if (keep) return;
      await emptyStateFolder(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Peak resident memory of a process in MiB, from the kernel's own accounting; null where there is no /proc. */
export function peakMemoryMiB(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return null;
  }
}
