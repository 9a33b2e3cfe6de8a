// Reads one record so many times at once, as a worker does, and says how that ended. Arguments: the system's definition as JSON, the number of reads.
import { pino } from 'pino';
import { createConnectorSource } from '../../../../dist/workers/connector-source.js';
import { openDatabase } from '../../../../dist/src/store/database.js';

const [, , definition = '', reads = '1'] = process.argv;
const database = openDatabase({ url: process.env.DATABASE_URL, connections: 8 });
const source = createConnectorSource({ database, logger: pino({ level: 'silent' }) });
process.stdout.write('ready\n');
await new Promise((resolve) => { process.stdin.once('data', resolve); });
const connector = source.open(JSON.parse(definition), 1);
const results = await Promise.allSettled(Array.from({ length: Number(reads) }, () => connector.get('record', 'c1', AbortSignal.timeout(60_000))));
process.stdout.write(`${JSON.stringify({ done: results.filter(({ status }) => status === 'fulfilled').length, outcomes: results.flatMap(({ reason }) => (reason === undefined ? [] : [reason.detail?.outcome ?? String(reason)])) })}\n`);
await source.close();
await database.close();
process.exit(0);
