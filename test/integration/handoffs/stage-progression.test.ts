import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHandoff } from '../../../src/client/handoffs-client.js';
import { handoffWorkflowId, handoffWorkflowType } from '../../../src/contracts/ids.js';
import { taskQueue } from '../../../src/contracts/names.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';

let handoffs: HandoffUnderTest;
beforeAll(async () => { handoffs = await startHandoffUnderTest(); });
afterAll(() => handoffs?.stop());

async function deal(stage: string): Promise<string> {
  const account = await handoffs.create('crm', 'account', { name: `Acme ${Math.random()}`, currency: 'EUR' });
  return handoffs.create('crm', 'deal', { name: 'Acme: platform', account_id: account, amount: '1250.50', currency: 'EUR', stage });
}

/** Puts a deal into a stage as a salesperson would, and starts what that begins. */
async function enter(id: string, stage: string) {
  await handoffs.sandbox.admin('POST', '/crm/deals/touch', { ids: [id], fields: { stage } });
  const begun = await startHandoff(handoffs.client, 'stage-progression', id);
  const results = await Promise.all(begun.handles.map((handle) => handle.result()));
  return { ...begun, results };
}

async function tasks(id: string): Promise<readonly string[]> {
  const found = (await handoffs.sandbox.records('projects', 'tasks')).filter(({ reference }) => String(reference).startsWith(`sales-${id}-`));
  return found.map(({ reference }) => String(reference).slice(`sales-${id}-`.length)).toSorted();
}

describe('a deal that goes through the stages', () => {
  test('gets the tasks of each stage once, all in one project', async () => {
    const id = await deal('qualification');
    expect(await enter(id, 'qualification')).toMatchObject({ started: 1, results: [{ state: 'succeeded' }] });
    expect(await tasks(id)).toEqual(['decider', 'needs']);
    expect(await enter(id, 'proposal')).toMatchObject({ started: 1 });
    expect(await enter(id, 'negotiation')).toMatchObject({ started: 1 });
    expect(await tasks(id)).toEqual(['contract', 'decider', 'delivery', 'needs', 'price', 'proposal']);
    expect((await handoffs.sandbox.records('projects', 'projects')).filter(({ reference }) => reference === `sales-${id}`)).toHaveLength(1);
  });

  test('gets nothing for a change within a stage, for going back, and for being won', async () => {
    const id = await deal('proposal');
    await enter(id, 'proposal');
    expect(await enter(id, 'proposal')).toMatchObject({ started: 0, known: 1 });
    await enter(id, 'negotiation');
    expect(await enter(id, 'proposal')).toMatchObject({ started: 0, known: 1 });
    expect(await enter(id, 'won')).toMatchObject({ started: 0, left: 1 });
    expect(await tasks(id)).toHaveLength(4);
  });

  test('that has moved on before its handoff is opened is left to the handoff of its new stage', async () => {
    const id = await deal('negotiation');
    const record = { system: 'crm', object: 'deal', id };
    const input = { handoff: 'stage-progression', record, key: '0123456789ab' };
    const handle = await handoffs.client.workflow.start(handoffWorkflowType('stage-progression'), { workflowId: handoffWorkflowId('stage-progression', record, input.key), taskQueue, args: [input] });
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The record had moved on before anything was done' });
    expect(await tasks(id)).toEqual([]);
    await enter(id, 'negotiation');
    expect(await tasks(id)).toEqual(['contract', 'delivery']);
  });
});
