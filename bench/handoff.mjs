// Measures a handoff: webhook → three parallel HTTP effects done, beside the same three calls as bare Temporal activities
// and beside a bare handler that keeps nothing, all in one run. docs/performance.md explains what it prints.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Agent, request } from 'undici';
import { compileDefinitions, loadDefinitions } from '../dist/src/config/definition-set.js';
import { parseDefinitions } from '../dist/src/config/parse-definitions.js';
import { sandboxEnvironment } from '../dist/src/cli/sandbox-environment.js';
import { startChild } from '../dist/src/local/child-process.js';
import { cpuTimes } from './cpu-time.mjs';
import { helpOr, option, quantile, say } from './command-line.mjs';
import { root, startInstance } from './instance.mjs';

helpOr('usage: npm run bench:handoff -- [--rounds N] [--events N] [--many N]\n\n  --rounds N  times that all sides have their turn (5); the ratios are the medians of the rounds\n  --events N  events one after the other, in all rounds together (200)\n  --many N    events in the measure of throughput, 50 at once, in all rounds together (3000); 0 leaves it out\n');
const rounds = option('rounds', 5);
const events = Math.ceil(option('events', 200) / rounds);
const many = Math.ceil(option('many', 3_000) / rounds);
const AT_ONCE = 50;
const WARM_UP = 400;
const dispatcher = new Agent({ connections: 128 });

const message = (call) => `      - - step: tell-${call}
          title: "Effect ${call}"
          create: chat.message
          by: client_msg_id
          fields:
            - { to: channel, constant: "#bench" }
            - { to: text, text: "{/trigger/id}-${call}" }
            - { to: client_msg_id, text: "{/trigger/id}-${call}" }
`;
const yaml = `handoff: bench\ntitle: Three effects\non: crm.contact\ntimeZone: UTC\nonFailure: park\nsteps:\n  - step: effects\n    title: Three effects at once\n    parallel:\n${[1, 2, 3].map(message).join('')}`;

async function benchHandoff() {
  const env = { ...process.env, ...sandboxEnvironment(process.env, 'http://127.0.0.1:1') };
  const folder = join(root, 'examples/sandbox');
  const { sources } = await loadDefinitions(folder, { env });
  const parsed = parseDefinitions('bench.yaml', yaml);
  const set = compileDefinitions({ sources: [...sources.filter(({ kind }) => kind === 'system'), ...parsed.sources], findings: parsed.findings }, folder, { env });
  const errors = set.findings.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return [...set.handoffs.values()];
}

const instance = await startInstance({
  handoffs: await benchHandoff(),
  adjust: (definition, kind) => {
    if (kind === 'sync') return { ...definition, when: { ...definition.when, realtime: false } };
    if (kind !== 'system') return definition;
    const { requestsPerSecond: _, ...limits } = definition.limits;
    return { ...definition, limits: { ...limits, concurrency: 64 } };
  },
});
const server = await startChild({
  name: 'server', script: join(root, 'dist/src/ingress/process.js'), env: { ...process.env, ...instance.env, CROSSWALK_PORT: '0', CROSSWALK_DEFINITIONS: join(root, 'examples/sandbox') }, logFile: join(instance.state.logs, 'server.log'),
});
const bareWorker = await startChild({
  name: 'bare-worker', script: fileURLToPath(new URL('./bare-temporal/worker.mjs', import.meta.url)), logFile: join(instance.state.logs, 'bare.log'),
  env: { ...process.env, TEMPORAL_ADDRESS: instance.temporal.address, BENCH_TARGET: `${instance.sandboxUrl}/chat/messages`, BENCH_TOKEN: instance.env.SANDBOX_SECRET_CHAT },
});
for (const system of ['crm', 'chat']) await instance.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null, latencyMs: 5 });
const total = 3 * ((events + many) * rounds + WARM_UP + 60);
await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: total, seed: 1, messy: 0 });
const connection = await Connection.connect({ address: instance.temporal.address });
const temporal = new Client({ connection });

async function post(url, body, headers = {}) {
  const answer = await request(url, { dispatcher, method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`${url} answers ${answer.statusCode}`);
}

async function announceTo(url, contact) {
  const body = JSON.stringify({ id: `evt_${contact}`, type: 'contact.updated', object: 'contact', object_id: contact });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', instance.env.SANDBOX_SECRET_CRM_WEBHOOKS).update(`${timestamp}.${body}`).digest('hex');
  await post(url, body, { 'x-timestamp': timestamp, 'x-signature': signature });
}

/** A handler on a free port that takes an event and answers at once; `carry` is what comes of it. */
async function handlerOf(carry) {
  const handler = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const { object_id: contact } = JSON.parse(Buffer.concat(chunks).toString());
      void carry(contact);
      outgoing.end('{}');
    });
  });
  await new Promise((resolve) => { handler.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${handler.address().port}/`, close: () => new Promise((resolve) => { handler.closeAllConnections(); handler.close(resolve); }) };
}

const call = (contact, at) => post(`${instance.sandboxUrl}/chat/messages`, JSON.stringify({ channel: '#bench', text: `${contact}-${at}`, client_msg_id: `${contact}-${at}` }), { authorization: `Bearer ${instance.env.SANDBOX_SECRET_CHAT}` });
const bareHandler = await handlerOf((contact) => Promise.all([1, 2, 3].map((at) => call(contact, at))));
const bareTemporal = await handlerOf((contact) => temporal.workflow.start('threeCalls', { taskQueue: 'bare', workflowId: `bare-${contact}`, args: [{ id: contact }] }));

// Asked for often, so by the cheapest client: what it costs is taken from what is measured.
async function effects() {
  const { body } = await request(`${instance.sandboxUrl}/_admin/stats`, { dispatcher });
  return (await body.json()).systems.chat.lastSeq;
}

async function until(wanted, begun, everyMs) {
  while ((await effects()) < wanted) {
    if (performance.now() - begun > 120_000) throw new Error(`only ${await effects()} of ${wanted} effects within two minutes`);
    await sleep(everyMs);
  }
}

/** Time from sending an event to its third effect, one event after the other; milliseconds each. */
async function oneByOne(url, contacts) {
  const times = [];
  for (const contact of contacts) {
    const before = await effects();
    const begun = performance.now();
    await announceTo(url, contact);
    await until(before + 3, begun, 1);
    times.push(performance.now() - begun);
    // So that what is left to do after the effects is not measured with the next event.
    await sleep(50);
  }
  return times;
}

const median = (values) => quantile(values, 0.5);

/** Events per second with so many under way at once: a new one is sent whenever one has had its effects. */
async function throughput(url, contacts) {
  const before = await effects();
  const begun = performance.now();
  const queue = [...contacts];
  let sent = 0;
  for (;;) {
    const done = Math.floor(((await effects()) - before) / 3);
    if (done >= contacts.length) break;
    const room = Math.min(AT_ONCE - (sent - done), queue.length);
    sent += room;
    await Promise.all(Array.from({ length: room }, () => announceTo(url, queue.pop())));
    if (performance.now() - begun > 300_000) throw new Error(`only ${done} of ${contacts.length} within five minutes`);
    await sleep(10);
  }
  return contacts.length / ((performance.now() - begun) / 1000);
}

/** Waits until a side has nothing left to do, such as time-outs of Temporal that come later, so that it is not measured with the next one. */
async function quiet() {
  let calm = 0;
  for (let seconds = 0, before = cpuTimes(pids); seconds < 45 && calm < 3; seconds += 1) {
    await sleep(1_000);
    const after = cpuTimes(pids);
    if (before === null || after === null) return;
    calm = after.Temporal - before.Temporal < 25 ? calm + 1 : 0;
    before = after;
  }
}

const pids = { worker: instance.worker.pid(), 'bare worker': bareWorker.pid(), Temporal: instance.temporal.pid, PostgreSQL: instance.postgres.pid, server: server.pid(), sandbox: instance.sandbox.pid(), bench: process.pid };
const sides = [['bare handler, no state (floor)', bareHandler.url], ['bare Temporal activities', bareTemporal.url], ['Crosswalk', `${server.ready().url}/hooks/crm`]];
let next = 0;
const contacts = (count) => Array.from({ length: count }, () => `c-${String((next += 1)).padStart(6, '0')}`);
try {
  const results = sides.map(([name]) => ({ name, times: [], rounds: [], cpu: [] }));
  say('warming up: what has run for a while is measured, not the compiling of what has just begun');
  for (const [, url] of sides) {
    await oneByOne(url, contacts(20));
    if (many > 0) await throughput(url, contacts(WARM_UP));
    await quiet();
  }
  // A machine that others use is slower at one time than at another: the sides are measured in turn, and compared round by round.
  for (let round = 1; round <= rounds; round += 1) {
    for (const [at, [name, url]] of sides.entries()) {
      say(`round ${round} of ${rounds}, ${name}: ${events} events one after the other, then ${many} with ${AT_ONCE} at once`);
      const times = await oneByOne(url, contacts(events));
      const before = cpuTimes(pids);
      const rate = many === 0 ? null : await throughput(url, contacts(many));
      await quiet();
      const after = cpuTimes(pids);
      results[at].times.push(...times);
      results[at].rounds.push({ p50: quantile(times, 0.5), rate });
      if (many > 0 && before !== null && after !== null) results[at].cpu.push(Object.fromEntries(Object.keys(pids).map((process) => [process, (after[process] - before[process]) / many])));
    }
  }
  console.log(`\nwebhook → three parallel effects of 5 ms done; ${rounds} rounds of ${events} events one after the other and ${many} events with ${AT_ONCE} at once\n`);
  console.log(`${''.padEnd(34)}   p50 ms   p95 ms  events/s`);
  for (const { name, times, rounds: each } of results) console.log(`${name.padEnd(34)} ${median(times).toFixed(1).padStart(8)} ${quantile(times, 0.95).toFixed(1).padStart(8)} ${many === 0 ? '' : median(each.map(({ rate }) => rate)).toFixed(0).padStart(9)}`);
  const [, bare, ours] = results;
  const ratios = (of) => {
    const each = ours.rounds.map((round, at) => of(round) / of(bare.rounds[at]));
    return `${median(each).toFixed(2)} (rounds: ${each.map((ratio) => ratio.toFixed(2)).join(', ')})`;
  };
  console.log(`\nCrosswalk ÷ bare Temporal\n  p50         ${ratios(({ p50 }) => p50)}${many === 0 ? '' : `\n  throughput  ${ratios(({ rate }) => rate)}`}`);
  for (const { name, cpu } of results.filter((side) => side.cpu.length > 0)) {
    const each = Object.keys(pids).map((process) => [process, cpu.reduce((sum, round) => sum + round[process], 0) / cpu.length]);
    console.log(`CPU of one event with ${AT_ONCE} at once, ${name}: ${each.filter(([, ms]) => ms >= 0.05).map(([process, ms]) => `${process} ${ms.toFixed(1)}`).join(', ')}; together ${each.reduce((sum, [, ms]) => sum + ms, 0).toFixed(1)} ms`);
  }
  const { rows: [{ id }] } = await instance.database.pool.query("select workflow_id as id from runs where mode = 'handoff' order by id desc limit 1");
  const { events: history } = await temporal.workflow.getHandle(id).fetchHistory();
  const tasks = history.filter(({ workflowTaskCompletedEventAttributes: completed }) => completed).length;
  console.log(`one handoff: ${history.length} history events, ${tasks} workflow tasks`);
} finally {
  await Promise.all([bareHandler.close(), bareTemporal.close()]);
  await connection.close();
  await bareWorker.stop();
  await server.stop();
  await dispatcher.destroy();
  await instance.stop();
}
