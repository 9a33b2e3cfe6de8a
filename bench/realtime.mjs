// Measures how soon, and how many, announced changes are written: webhook → record at the target, beside a bare handler
// that does the same two calls and keeps nothing. docs/performance.md explains what it prints.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startChild } from '../dist/src/local/child-process.js';
import { helpOr, option, quantile, say } from './command-line.mjs';
import { peakMemoryMiB, root, startInstance } from './instance.mjs';

helpOr('usage: npm run bench:realtime -- [--events N] [--records N]\n\n  --events N   events one after the other, while all is quiet (100)\n  --records N  contacts that change in the measure of throughput (10000); 0 leaves it out\n');
const events = option('events', 100);
const records = option('records', 10_000);
const dispatcher = new Agent({ connections: 64, pipelining: 1 });

function adjust(definition, kind) {
  if (kind === 'sync') return { ...definition, limits: { ...definition.limits, changes: 1 } };
  const { requestsPerSecond: _, ...limits } = definition.limits;
  return { ...definition, limits };
}

const instance = await startInstance({ adjust });
const server = await startChild({
  name: 'server', script: join(root, 'dist/src/ingress/process.js'), env: { ...process.env, ...instance.env, CROSSWALK_PORT: '0', CROSSWALK_DEFINITIONS: join(root, 'examples/sandbox') }, logFile: join(instance.state.logs, 'server.log'),
});
for (const system of ['crm', 'mailing']) await instance.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null, latencyMs: 5 });
await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: Math.max(records, events) * 2, seed: 1, messy: 0 });
say('a full sync first, so that every contact has its member');
const handle = await instance.client.startSync('contacts-to-mailing', { mode: 'full' });
const filled = await handle.result();
if (filled.state !== 'succeeded') throw new Error(JSON.stringify(filled));
const { rows: linked } = await instance.database.pool.query(
  "select w.source_id as source, w.external_id as target from writes w join syncs s on s.id = w.sync_id where s.name = 'contacts-to-mailing' and w.state = 'acknowledged' order by random()");
const memberOf = new Map(linked.map(({ source, target }) => [source, target]));

let number = 0;
async function announce(url, contact) {
  number += 1;
  const body = JSON.stringify({ id: `evt_${number}`, type: 'contact.updated', object: 'contact', object_id: contact });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', instance.env.SANDBOX_SECRET_CRM_WEBHOOKS).update(`${timestamp}.${body}`).digest('hex');
  const answer = await request(url, { dispatcher, method: 'POST', body, headers: { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': signature } });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`a webhook is answered with ${answer.statusCode}`);
}

const lastOp = async () => (await instance.admin('GET', '/stats')).systems.mailing.lastSeq;

/** Time from sending a webhook to its record standing at the target, one event after the other; milliseconds each. */
async function oneByOne(url, contacts, word) {
  const times = [];
  for (const [at, contact] of contacts.entries()) {
    await instance.admin('POST', '/crm/contacts/touch', { ids: [contact], fields: { city: `${word} ${at}` } });
    const after = await lastOp();
    // So that the work of the event before is not measured with this one.
    await sleep(300);
    const begun = performance.now();
    await announce(url, contact);
    while ((await lastOp()) === after) {
      if (performance.now() - begun > 30_000) throw new Error(`${contact} was not written within 30 s`);
      await sleep(2);
    }
    times.push(performance.now() - begun);
  }
  return times;
}

/** A bare handler: reads the contact, writes the member, keeps nothing. */
async function startFloor() {
  const { SANDBOX_URL: sandbox, SANDBOX_CLIENT_ID_CRM: id, SANDBOX_SECRET_CRM: secret, SANDBOX_SECRET_MAILING: key } = instance.env;
  const call = async (path, options) => {
    const { statusCode, body } = await request(`${sandbox}${path}`, { ...options, dispatcher });
    if (statusCode >= 300) throw new Error(`${path}: ${statusCode} ${await body.text()}`);
    return body.json();
  };
  const token = await call('/crm/oauth/token', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }).toString() });
  const carry = async (contact) => {
    const { data } = await call(`/crm/contacts/${contact}`, { method: 'GET', headers: { authorization: `Bearer ${token.access_token}` } });
    await call(`/mailing/members/${memberOf.get(contact)}?api_key=${key}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ city: data.city }) });
  };
  const floor = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const { object_id: contact } = JSON.parse(Buffer.concat(chunks).toString());
      outgoing.end('{}');
      void carry(contact);
    });
  });
  await new Promise((resolve) => { floor.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${floor.address().port}/`, close: () => new Promise((resolve) => { floor.closeAllConnections(); floor.close(resolve); }) };
}

/** Webhooks for many changed contacts as fast as they are acknowledged; seconds until the last one is written. */
async function storm(url, contacts, word) {
  for (let at = 0; at < contacts.length; at += 500) await instance.admin('POST', '/crm/contacts/touch', { ids: contacts.slice(at, at + 500), fields: { city: word } });
  const after = await lastOp();
  const begun = performance.now();
  const queue = [...contacts];
  await Promise.all(Array.from({ length: 64 }, async () => { for (let next = queue.pop(); next !== undefined; next = queue.pop()) await announce(url, next); }));
  const acknowledged = (performance.now() - begun) / 1000;
  for (;;) {
    const written = (await lastOp()) - after;
    if (written >= contacts.length) break;
    if (performance.now() - begun > 300_000) throw new Error(`only ${written} of ${contacts.length} were written within 5 minutes`);
    await sleep(50);
  }
  return { acknowledged, seconds: (performance.now() - begun) / 1000 };
}

const line = (name, times) => `${name.padEnd(34)} ${quantile(times, 0.5).toFixed(1).padStart(8)} ${quantile(times, 0.95).toFixed(1).padStart(8)}`;
const hook = `${server.ready().url}/hooks/crm`;
const floor = await startFloor();
const sources = linked.map(({ source }) => source);
try {
  say(`${events} events one after the other, the floor and Crosswalk`);
  await oneByOne(hook, sources.slice(0, 5), 'Warm');
  const bare = await oneByOne(floor.url, sources.slice(0, events), 'Bare');
  const ours = await oneByOne(hook, sources.slice(events, events * 2), 'Quiet');
  console.log(`\nwebhook → record written, ${events} events one after the other, 5 ms a call\n`);
  console.log(`${''.padEnd(34)}   p50 ms   p95 ms`);
  console.log(line('bare handler, no state (floor)', bare));
  console.log(line('Crosswalk', ours));
  console.log(`\nCrosswalk ÷ floor: ${(quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(1)}`);
  if (records > 0) {
    say(`${records} contacts change and are announced`);
    const first = await storm(floor.url, sources.slice(0, records), 'Bare storm');
    const second = await storm(hook, sources.slice(-records), 'Storm');
    const rate = ({ seconds, acknowledged }) => `${Math.round(records / seconds).toLocaleString('en').padStart(8)} ${Math.round(records / acknowledged).toLocaleString('en').padStart(12)}`;
    console.log(`\n${records.toLocaleString('en')} records that change, a webhook for each\n\n${''.padEnd(34)} written/s acknowledged/s`);
    console.log(`${'bare handler, no state (floor)'.padEnd(34)} ${rate(first)}`);
    console.log(`${'Crosswalk'.padEnd(34)} ${rate(second)}`);
    console.log(`\nworker peak memory ${Math.round(peakMemoryMiB(instance.worker.pid()) ?? 0)} MiB, server ${Math.round(peakMemoryMiB(server.pid()) ?? 0)} MiB`);
  }
  const { rows: [runs] } = await instance.database.pool.query("select count(*)::integer as count from runs where mode = 'incremental'");
  console.log(`runs of the ledger: ${runs.count}`);
} finally {
  await floor.close();
  await server.stop();
  await dispatcher.destroy();
  await instance.stop();
}
