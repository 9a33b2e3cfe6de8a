import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Collection } from '../engine/collection.js';
import type { Op } from '../engine/op-log.js';
import { queryInteger, queryText } from '../engine/query.js';
import { collectionNamed, pathNames, systemNamed, type SandboxParts } from './sandbox-parts.js';

const rowsAtOnce = 500;

/** addReadRoutes adds what tests judge by: all records of an object, their number, the op log and the request counts. */
export function addReadRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.get('/:system/:object/state', (request, reply) => {
    const { system, object } = pathNames(request);
    sendLines(reply, stateLines(collectionNamed(systemNamed(parts, system), object)));
  });

  app.get('/:system/:object/count', (request) => {
    const { system, object } = pathNames(request);
    return { count: collectionNamed(systemNamed(parts, system), object).size };
  });

  app.get('/:system/log', (request, reply) => {
    const { state } = systemNamed(parts, pathNames(request).system);
    const after = queryInteger(request, 'after', { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 0 });
    sendLines(reply, chosenLines(state.logLines(after), queryText(request, 'object'), queryText(request, 'by')));
  });

  app.get('/stats', () => {
    const systems = [...parts.systems.values()].map(({ name, state, limits }) => [
      name,
      { ...parts.stats.of(name), peakConcurrency: limits.peak, lastSeq: state.lastSeq },
    ]);
    return { systems: Object.fromEntries(systems) as object, webhooks: parts.webhooks.counts };
  });
}

function sendLines(reply: FastifyReply, lines: AsyncIterable<string> | Iterable<string>): void {
  void reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(Readable.from(lines, { objectMode: false }));
}

function* stateLines(collection: Collection): Generator<string> {
  let ordinal = 0;
  for (;;) {
    const rows = collection.byAge.slice(collection.byAge.rank({ ordinal }), rowsAtOnce);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => `${JSON.stringify(row.value)}\n`).join('');
    ordinal = last.ordinal + 1;
  }
}

async function* chosenLines(lines: AsyncIterable<string>, object: string | undefined, by: string | undefined): AsyncGenerator<string> {
  let text = '';
  for await (const line of lines) {
    if (object !== undefined || by !== undefined) {
      const op = JSON.parse(line) as Op;
      if ((object !== undefined && op.object !== object) || (by !== undefined && op.by !== by)) continue;
    }
    text += line;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
