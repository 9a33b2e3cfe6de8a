import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Connector, WriteItem, WriteResult } from '../../../src/contracts/connector.js';
import { wakeHandoffTriggers, type HandoffHandle } from '../../../src/client/handoffs-client.js';
import { stepsOfHandoff, type HandoffStepRow } from '../../../src/store/handoff-steps.js';
import { settleUnknownStep } from '../../../src/store/settle-step.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';

/** Says what becomes of a write instead of the system's own answer; undefined: that answer. */
let interfere: (object: string, item: WriteItem, send: () => Promise<WriteResult>) => Promise<WriteResult> | undefined = () => undefined;
const work: { workId: string; recordId: string }[] = [];
let handoffs: HandoffUnderTest;

function interfering(connector: Connector): Connector {
  return {
    system: connector.system,
    list: (...args) => connector.list(...args), get: (...args) => connector.get(...args), find: (...args) => connector.find(...args),
    batchSize: (...args) => connector.batchSize(...args), sendsIdempotencyKey: (...args) => connector.sendsIdempotencyKey(...args),
    write: async (object, items, signal, beforeSend) => {
      const [item] = items;
      const send = async (): Promise<WriteResult> => first(await connector.write(object, items, signal, beforeSend));
      return [await ((item === undefined ? undefined : interfere(object, item, send)) ?? send())];
    },
  };
}

function first(results: readonly WriteResult[]): WriteResult {
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const lost: WriteResult = { outcome: 'unknown', id: null, version: null, status: null, message: 'The answer was lost.', excerpt: null, retryAfterMs: null };
const refused: WriteResult = { ...lost, outcome: 'park', status: 422, message: 'It is not wanted.' };

beforeAll(async () => {
  handoffs = await startHandoffUnderTest(interfering, { inbox: {
    take: (_handoff, most) => Promise.resolve(work.slice(0, most)),
    finish: (_handoff, ids) => { for (const id of ids) work.splice(work.findIndex(({ workId }) => workId === id), 1); return Promise.resolve(); },
  } });
});
afterAll(() => handoffs?.stop());
afterEach(() => { interfere = () => undefined; });

let count = 0;
const account = (name = 'Acme'): Promise<string> => handoffs.create('crm', 'account', { name, tier: 'partner', currency: 'EUR' });

/** Applies a handoff with these steps for accounts and starts it for a new one. */
async function begin(steps: string, more = 'onFailure: compensate'): Promise<HandoffHandle> {
  count += 1;
  const name = `course-${count}`;
  await handoffs.apply(`handoff: ${name}\non: crm.account\n${more}\nsteps:\n${steps}`);
  return handoffs.start(name, await account());
}

const project = (name: string, more = ''): string => `
  - step: ${name}
    create: projects.project
    by: reference
    undo: archive
    ${more}
    fields: [{ to: name, text: "${name} {/trigger/name}" }, { to: reference, from: /step/key }]`;

async function stepsOf(handle: HandoffHandle): Promise<readonly HandoffStepRow[]> {
  return stepsOfHandoff(handoffs.database, (await handle.progress()).runId ?? '');
}

async function projectsNamed(start: string): Promise<readonly string[]> {
  return (await handoffs.sandbox.records('projects', 'projects')).filter(({ name }) => String(name).startsWith(`${start} `)).map(({ status }) => String(status));
}

describe('a step that fails', () => {
  test('undoes what was done before, the last first', async () => {
    const undone: string[] = [];
    interfere = (_object, item) => {
      if (item.kind === 'archive') undone.push(String(item.id));
      return item.kind === 'create' && String(item.fields['name']).startsWith('undo-third') ? Promise.resolve(refused) : undefined;
    };
    const handle = await begin(`${project('undo-first')}${project('undo-second')}${project('undo-third')}`);
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(await projectsNamed('undo-first')).toEqual(['archived']);
    expect(await projectsNamed('undo-second')).toEqual(['archived']);
    expect(await projectsNamed('undo-third')).toEqual([]);
    expect(undone).toHaveLength(2);
    expect(undone).toEqual(undone.toSorted().toReversed());
  });

  test('puts fields back to what they were', async () => {
    interfere = (_object, item) => (item.kind === 'create' ? Promise.resolve(refused) : undefined);
    const handle = await begin(`
  - step: rename
    update: crm.account
    id: /trigger/id
    undo: restore
    fields: [{ to: domain, constant: changed.example }]${project('refused')}`);
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    const id = handle.workflowId.split('/')[2]?.replace('crm-account-', '');
    expect((await handoffs.sandbox.records('crm', 'accounts')).find((record) => record['id'] === id)).toMatchObject({ domain: null });
    expect((await handoffs.sandbox.ops('crm', { object: 'accounts', by: 'api' })).filter((op) => JSON.stringify(op).includes('changed.example'))).toHaveLength(1);
  });

  test('waits for a person where the handoff parks, and goes on when told to try again', async () => {
    let refusals = 0;
    interfere = (_object, item) => {
      if (item.kind !== 'create' || refusals > 0) return undefined;
      refusals += 1;
      return Promise.resolve(refused);
    };
    const handle = await begin(project('parked'), 'onFailure: park');
    await handoffs.until(async () => (await handle.progress()).waiting.includes('parked'));
    expect(await stepsOf(handle)).toMatchObject([{ path: 'parked', state: 'failed', message: 'It is not wanted.' }]);
    await handle.settle({ path: 'parked', decision: 'retry' });
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await projectsNamed('parked')).toEqual(['open']);
  });

  test('because it ran out of time is undone too, where its write was executed all the same', async () => {
    interfere = (_object, item, send) => (item.kind === 'create' ? send().then(() => new Promise((resolve) => { setTimeout(resolve, 3_000, lost); })) : undefined);
    const handle = await begin(project('late', 'timeout: 1s'));
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(await projectsNamed('late')).toEqual(['archived']);
  });

  test('in one of several ways lets the others end their step, and undoes them all', async () => {
    interfere = (_object, item) => (item.kind === 'create' && String(item.fields['name']).startsWith('bad') ? Promise.resolve(refused) : undefined);
    const way = (name: string): string => JSON.stringify([{
      step: name, create: 'projects.project', by: 'reference', undo: 'archive', fields: [{ to: 'name', text: `${name} {/trigger/name}` }, { to: 'reference', from: '/step/key' }],
    }]);
    const handle = await begin(`  - { step: both, parallel: [${way('good')}, ${way('bad')}] }`);
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(await projectsNamed('good')).toEqual(['archived']);
  });
});

describe('a lost answer', () => {
  test('is looked up and the write is not repeated', async () => {
    let sends = 0;
    interfere = (_object, item, send) => {
      if (item.kind !== 'create') return undefined;
      sends += 1;
      return send().then(() => lost);
    };
    const handle = await begin(project('executed'));
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect([sends, await projectsNamed('executed')]).toEqual([1, ['open']]);
  });

  test('to a write that was not executed is followed by another attempt', async () => {
    let sends = 0;
    interfere = (_object, item) => {
      sends += item.kind === 'create' ? 1 : 0;
      return sends === 1 ? Promise.resolve(lost) : undefined;
    };
    const handle = await begin(project('not-executed'));
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await projectsNamed('not-executed')).toEqual(['open']);
  });

  test('that nobody can look up waits for a person, who says what became of it', async () => {
    interfere = (_object, item, send) => (item.kind === 'create' ? send().then(() => lost) : undefined);
    const handle = await begin(project('unprobed').replace('by: reference', 'title: Unprobed'));
    await handoffs.until(async () => (await handle.progress()).waiting.includes('unprobed'));
    expect(await stepsOf(handle)).toMatchObject([{ state: 'unknown' }]);
    const { runId } = await handle.progress();
    await settleUnknownStep(handoffs.database, { runId: runId ?? '', path: 'unprobed', externalId: 'prj-000001' });
    await handle.settle({ path: 'unprobed', decision: 'retry' });
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await projectsNamed('unprobed')).toHaveLength(1);
  });
});

describe('a handoff', () => {
  test('of any name runs under it, and stays on the version that it began with', async () => {
    const handle = await begin(`
  - step: pause
    wait: 30d
    events: [go-on]${project('pinned')}`);
    const { type } = await handoffs.client.workflow.getHandle(handle.workflowId).describe();
    expect(type).toBe(`course${count}`);
    await handoffs.until(async () => (await handle.progress()).at.includes('pause'));
    await handoffs.apply(`handoff: course-${count}\non: crm.account\nsteps: [{ step: nothing, end: Nothing left }]`);
    await handle.event('go-on');
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: null });
    expect(await projectsNamed('pinned')).toEqual(['open']);
  });

  test('waits its time, step after step, and stops when an event comes', async () => {
    const mail = (day: number): string => `
  - step: until-${day}
    wait: ${day * 100 + 100}ms
    events: [unsubscribed]
  - step: left-${day}
    branch: [{ when: "/until-${day}/event is not empty", steps: [{ step: stop-${day}, end: Unsubscribed }] }]
  - step: mail-${day}
    update: crm.account
    id: /trigger/id
    fields: [{ to: domain, constant: mail-${day}.example }]`;
    const whole = await begin([0, 3, 7, 14].map(mail).join(''));
    expect(await whole.result()).toMatchObject({ state: 'succeeded', message: null });
    const stopped = await begin(`${mail(0)}${mail(14).replace('1500ms', '14d')}`);
    await handoffs.until(async () => (await stopped.progress()).at.includes('until-14'));
    await stopped.event('unsubscribed');
    expect(await stopped.result()).toMatchObject({ state: 'succeeded', message: 'Unsubscribed' });
    const domains = (await handoffs.sandbox.ops('crm', { object: 'accounts', by: 'api' })).map((op) => /mail-\d+/.exec(JSON.stringify(op))?.[0]).filter((found) => found !== undefined);
    expect(domains).toEqual(['mail-0', 'mail-3', 'mail-7', 'mail-14', 'mail-0']);
  });

  test('is begun by events of the inbox, once for each record', async () => {
    count += 1;
    await handoffs.apply(`handoff: course-${count}\non: crm.account\nwhen: "tier = 'partner'"\nsteps:\n${project('woken')}`);
    const record = await account();
    work.push({ workId: 'w1', recordId: record }, { workId: 'w2', recordId: record }, { workId: 'w3', recordId: await account() });
    await wakeHandoffTriggers(handoffs.client, `course-${count}`);
    await handoffs.until(async () => work.length === 0 && (await projectsNamed('woken')).length === 2);
    work.push({ workId: 'w4', recordId: record });
    await wakeHandoffTriggers(handoffs.client, `course-${count}`);
    await handoffs.until(() => Promise.resolve(work.length === 0));
    expect(await projectsNamed('woken')).toHaveLength(2);
  });
});
