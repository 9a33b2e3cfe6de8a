import type { FastifyInstance } from 'fastify';
import { syncOverview } from '../../store/sync-overview.js';
import type { ApiDependencies } from '../api-dependencies.js';

/** getSyncs answers `GET /api/syncs`: each sync with its last run, and what it is doing now. */
export function getSyncs(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.get('/api/syncs', async () => {
    const syncs = await syncOverview(database);
    return { syncs: await Promise.all(syncs.map(async (sync) => ({ ...sync, now: sync.lastRun?.state === 'running' && sync.lastRun.mode !== 'apply' && sync.lastRun.mode !== 'handoff' ? await client.syncStatus(sync.sync, sync.lastRun.mode) : null }))) };
  });
}
