import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FirstAttempts } from '../../../activities/handoff/first-attempts.js';
import { startTriggered } from '../../../activities/handoff/start-triggered.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';

// A busy machine must not call off what the tests look at.
const firstAttempts = new FirstAttempts(60_000);
const work: { workId: string; recordId: string }[] = [];
let handoffs: HandoffUnderTest;
let handoff = '';
let id = '';
let count = 0;

beforeAll(async () => {
  handoffs = await startHandoffUnderTest((connector) => connector, {
    firstAttempts,
    // Half of it is how old a recorded write may be when it is sent.
    settleMs: 60_000,
    inbox: {
      take: (_handoff, most) => Promise.resolve(work.slice(0, most)),
      finish: (_handoff, ids) => { for (const done of ids) work.splice(work.findIndex(({ workId }) => workId === done), 1); return Promise.resolve(); },
    },
  });
  await handoffs.sandbox.admin('PUT', '/chat/limits', { requestsPerSecond: null, concurrency: null });
});
afterAll(() => handoffs?.stop());

const message = (name: string): string => `
      - - step: ${name}
          create: chat.message
          by: client_msg_id
          fields: [{ to: channel, constant: "#ahead" }, { to: text, text: "${name} {/trigger/name}" }, { to: client_msg_id, from: /step/key }]`;

beforeEach(async () => {
  count += 1;
  handoff = `ahead-${count}`;
  await handoffs.apply(`handoff: ${handoff}\non: crm.account\nsteps:\n  - step: all\n    parallel:${['one', 'two', 'three'].map(message).join('')}\n`);
  id = await handoffs.create('crm', 'account', { name: `Acme ${count}`, tier: 'partner', currency: 'EUR' });
  work.push({ workId: handoff, recordId: id });
});

type Client = typeof handoffs.ownClient;

/** A client that does this in the place of starting a workflow; `start` starts it. */
function startingBy(client: Client, does: (start: () => Promise<unknown>) => Promise<unknown>): Client {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this is asked of it
  return { workflow: { start: (type: string, options: Parameters<Client['workflow']['start']>[1]) => does(() => client.workflow.start(type, { ...options, requestEagerStart: client === handoffs.ownClient })) } } as unknown as Client;
}

async function sent(): Promise<string[]> {
  return (await handoffs.sandbox.records('chat', 'messages')).map(({ text }) => String(text)).filter((text) => text.endsWith(`Acme ${count}`)).toSorted();
}

/** States of the writes of the handoff at hand: of those under way, and of those that have ended. */
async function writes(): Promise<string[]> {
  const { rows } = await handoffs.database.pool.query<{ state: string }>(
    'select w.state from writes w join handoff_runs h on h.id = w.run_id where h.handoff = $1 order by 1', [handoff]);
  return rows.map(({ state }) => state);
}

async function ended(): Promise<string> {
  const run = async () => (await handoffs.database.pool.query<{ state: string }>('select state from handoff_runs where handoff = $1', [handoff])).rows[0]?.state;
  await handoffs.until(async () => (await run()) === 'succeeded');
  return (await run()) ?? '';
}

const all = (): string[] => ['one', 'three', 'two'].map((name) => `${name} Acme ${count}`);

test('the first writes are recorded while Temporal is told, and sent when it has stored the start', async () => {
  const client = startingBy(handoffs.ownClient, async (start) => {
    await handoffs.until(async () => (await writes()).length === 3);
    expect(await sent(), 'nothing is sent before Temporal knows of the handoff').toEqual([]);
    return start();
  });
  expect(await startTriggered(handoffs.dependencies, client, handoff)).toMatchObject({ started: 1 });
  expect(await ended()).toBe('succeeded');
  expect(await sent()).toEqual(all());
  expect(await writes(), 'none was begun twice').toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
});

test('where another worker may have the task, what was begun ahead is called off, and each effect is there once', async () => {
  expect(await startTriggered(handoffs.dependencies, startingBy(handoffs.client, (start) => start()), handoff)).toMatchObject({ started: 1 });
  expect(await ended()).toBe('succeeded');
  expect(await sent()).toEqual(all());
  expect((await writes()).filter((state) => state === 'acknowledged')).toHaveLength(3);
});

test('where Temporal cannot be told, nothing is sent, and the next look at the event does it all', async () => {
  await expect(startTriggered(handoffs.dependencies, startingBy(handoffs.ownClient, () => Promise.reject(new Error('unavailable'))), handoff)).rejects.toThrow('unavailable');
  await handoffs.until(async () => (await writes()).join() === 'not-executed,not-executed,not-executed');
  expect(await sent()).toEqual([]);
  expect(await startTriggered(handoffs.dependencies, handoffs.ownClient, handoff)).toMatchObject({ started: 1 });
  expect(await ended()).toBe('succeeded');
  expect(await sent()).toEqual(all());
});

test('what no workflow asks for is called off by itself', async () => {
  const ahead = new FirstAttempts(10);
  const sends = await new Promise<boolean>((resolve) => { ahead.begin('run', [{ name: 'one', at: [] }], async (hold) => { resolve(await hold()); return []; }); });
  expect(sends).toBe(false);
  expect(ahead.take('run', [{ name: 'one', at: [] }], AbortSignal.timeout(1_000))).toBeUndefined();
});

test('what was sent for a workflow that comes later is taken by it, and not called off any more', async () => {
  const ahead = new FirstAttempts(60_000);
  const places = [{ name: 'one', at: [] }];
  const sends: boolean[] = [];
  ahead.begin('run', places, async (hold) => { sends.push(await hold()); return [{ state: 'done' }]; });
  ahead.decide('run', true);
  await handoffs.until(() => Promise.resolve(sends.length === 1));
  expect(sends, 'sent without the workflow').toEqual([true]);
  expect(await ahead.take('run', places, AbortSignal.timeout(1_000))).toEqual([{ state: 'done' }]);
  expect(ahead.take('run', places, AbortSignal.timeout(1_000)), 'a repeat looks for itself').toBeUndefined();
  await ahead.close();
});

test('only so many are under way at a time', async () => {
  const ahead = new FirstAttempts(1_000, 1);
  const begun: string[] = [];
  const begin = (name: string): void => { ahead.begin(name, [{ name, at: [] }], async (hold) => { begun.push(name); await hold(); return []; }); };
  begin('one');
  begin('two');
  ahead.decide('one', false);
  begin('three');
  await ahead.close();
  expect(begun).toEqual(['one', 'three']);
});

test('steps that were not begun ahead are not taken for those that were', async () => {
  const ahead = new FirstAttempts();
  const sends: boolean[] = [];
  ahead.begin('run', [{ name: 'one', at: [] }], async (hold) => { sends.push(await hold()); return []; });
  expect(ahead.take('other run', [{ name: 'one', at: [] }], AbortSignal.timeout(1_000))).toBeUndefined();
  expect(sends).toEqual([]);
  expect(ahead.take('run', [{ name: 'two', at: [] }], AbortSignal.timeout(1_000))).toBeUndefined();
  await ahead.close();
  expect(sends).toEqual([false]);
});
