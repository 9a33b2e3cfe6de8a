import type { FastifyInstance } from 'fastify';
import { activeDefinitions } from '../../store/definitions.js';
import { latestQualityDays } from '../../store/quality-days.js';
import type { ApiDependencies } from '../api-dependencies.js';

/** getQuality answers `GET /api/quality`: the quality definitions in force, each with its newest figures beside their targets. */
export function getQuality(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/quality', async () => {
    const latest = await latestQualityDays(database, 1);
    const definitions = await activeDefinitions(database, 'quality');
    return { definitions: definitions.map(({ name, body }) => ({ quality: name, title: body.title, owner: body.owner ?? null, day: latest.find(({ quality }) => quality === name) ?? null })) };
  });
}
