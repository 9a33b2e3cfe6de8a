// Measures the bulk sync against the floor, in one run, and prints the table that docs/performance.md explains.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpOr, option, say } from './command-line.mjs';
import { peakMemoryMiB, root, startInstance } from './instance.mjs';

helpOr('usage: npm run bench -- [--records N] [--rounds N] [--large N]\n\n  --records N  contacts of the comparison (50000)\n  --rounds N   how often floor and full sync are measured in turn (3)\n  --large N    contacts of the memory check; 0 leaves it out (200000)\n');
const records = option('records', 50_000);
const rounds = option('rounds', 3);
const large = option('large', 200_000);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A fresh instance; the declared limits are lifted so that the machine is measured and not the limits. */
async function fresh(count) {
  const instance = await startInstance({ adjust: withoutRates });
  await fill(instance, count);
  return instance;
}

/** Empty targets and the same contacts again. */
async function fill(instance, count) {
  await instance.admin('POST', '/reset');
  for (const system of ['crm', 'mailing']) await instance.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null, latencyMs: 5 });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count, seed: 1, messy: 0 });
}

function withoutRates(definition, kind) {
  if (kind !== 'system') return definition;
  const { requestsPerSecond: _, ...limits } = definition.limits;
  return { ...definition, limits };
}

async function timed(instance, mode) {
  const before = await instance.admin('GET', '/stats');
  const started = performance.now();
  const handle = await instance.client.startSync('contacts-to-mailing', { mode });
  const result = await handle.result();
  const seconds = (performance.now() - started) / 1000;
  if (result.state !== 'succeeded') throw new Error(JSON.stringify(result));
  const after = await instance.admin('GET', '/stats');
  return { seconds, counts: result.counts, events: await historyEvents(instance, handle), calls: after.systems.mailing.requests - before.systems.mailing.requests };
}

async function changeOnePercent(instance) {
  const contacts = (await instance.admin('GET', '/crm/contacts/state')).split('\n').filter((text) => text !== '').map((line) => JSON.parse(line)).filter(({ status }) => status === 'active');
  const ids = Array.from({ length: records / 100 }, (_, at) => contacts[Math.floor((at * contacts.length * 100) / records)].id);
  await instance.admin('POST', '/crm/contacts/touch', { ids, fields: { city: 'Moved' } });
}

async function historyEvents(instance, { workflowId, temporalRunId }) {
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: instance.temporal.address });
  const { historyLength } = await new Client({ connection }).workflow.getHandle(workflowId, temporalRunId).describe();
  await connection.close();
  return historyLength;
}

function floor(instance) {
  return JSON.parse(execFileSync(process.execPath, [join(root, 'bench/floor.mjs')], { env: { ...process.env, ...instance.env }, encoding: 'utf8' }));
}

const floors = [];
const fulls = [];
const rows = [];
for (let round = 1; round <= rounds; round += 1) {
  say(`round ${round} of ${rounds}: the floor and a full sync of ${records} contacts`);
  const instance = await fresh(records);
  floors.push(floor(instance));
  await fill(instance, records);
  const full = await timed(instance, 'full');
  fulls.push({ ...full, memory: peakMemoryMiB(instance.worker.pid()) });
  if (round === rounds) {
    rows.push(['Crosswalk, unchanged re-run', await timed(instance, 'full')]);
    await changeOnePercent(instance);
    rows.push(['Crosswalk, 1 % changed, incremental', await timed(instance, 'incremental')]);
  }
  await instance.stop();
}
const floorSeconds = median(floors.map(({ seconds }) => seconds));
const fullSeconds = median(fulls.map(({ seconds }) => seconds));
const line = (name, seconds, writes, calls, events) =>
  `${name.padEnd(38)} ${seconds.toFixed(2).padStart(7)} ${Math.round(records / seconds).toLocaleString('en').padStart(10)} ${String(writes).padStart(7)} ${String(calls).padStart(6)} ${String(events).padStart(7)}`;
const written = ({ created, updated, archived, deleted }) => created + updated + archived + deleted;
console.log(`\n${records.toLocaleString('en')} contacts crm → mailing, pages of 500, batches of 100, 5 ms a call; ${readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? '?'} cores\n`);
console.log(`${''.padEnd(38)} seconds  records/s  writes  calls  events`);
console.log(line('bare undici script, no state (floor)', floorSeconds, floors[0].records, '', ''));
console.log(line('Crosswalk, full', fullSeconds, written(fulls[0].counts), fulls[0].calls, fulls[0].events));
for (const [name, result] of rows) console.log(line(name, result.seconds, written(result.counts), result.calls, result.events));
const ratios = fulls.map((full, at) => full.seconds / floors[at].seconds);
console.log(`\nfull ÷ floor, round by round: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}; median ${median(ratios).toFixed(2)}`);
console.log(`worker peak memory: ${Math.round(Math.max(...fulls.map(({ memory }) => memory ?? 0)))} MiB`);
if (large > 0) {
  say(`memory with ${large} contacts`);
  const instance = await fresh(large);
  const { seconds } = await timed(instance, 'full');
  console.log(`worker peak memory with ${large.toLocaleString('en')} contacts: ${Math.round(peakMemoryMiB(instance.worker.pid()) ?? 0)} MiB, ${Math.round(large / seconds).toLocaleString('en')} records/s`);
  await instance.stop();
}
