import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recentHandoffRuns } from '../../../src/store/handoff-runs.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';
import { workflowBundleCode } from '../../support/workflow-bundle.js';

let handoffs: HandoffUnderTest;
beforeAll(async () => { handoffs = await startHandoffUnderTest(); });
afterAll(() => handoffs?.stop());

const FLIGHTS = 50;

const definition = (name: string): string => `
handoff: edited
on: crm.account
steps:
  - step: pause
    wait: 30d
    events: [go-on]
  - step: project
    create: projects.project
    by: reference
    fields:
      - { to: name, constant: "${name}" }
      - { to: reference, from: /step/key }`;

test(`a definition that is edited while ${FLIGHTS} handoffs are under way: each ends on its own version, the next begins on the new one, and all histories replay`, async () => {
  await handoffs.apply(definition('First version'));
  const begin = async () => handoffs.start('edited', await handoffs.create('crm', 'account', { name: 'Acme' }));
  const flights = await Promise.all(Array.from({ length: FLIGHTS }, begin));
  await handoffs.until(async () => (await Promise.all(flights.map((flight) => flight.progress()))).every(({ at }) => at.includes('pause')));

  // The order of the steps, their number and what they write are other ones.
  await handoffs.apply(definition('Second version').replace('  - step: pause', '  - step: before\n    read: crm.account\n    id: /trigger/id\n  - step: pause'));
  const later = await begin();
  await Promise.all([...flights, later].map((flight) => flight.event('go-on')));
  const results = await Promise.all([...flights, later].map((flight) => flight.result()));
  expect(results.map(({ state }) => state)).toEqual(Array.from({ length: FLIGHTS + 1 }, () => 'succeeded'));

  const runs = await recentHandoffRuns(handoffs.database, FLIGHTS + 1, 'edited');
  expect(runs[0]?.run.workflowId).toBe(later.workflowId);
  const versions = runs.map(({ run }) => run.definitionVersion).toSorted((left, right) => left - right);
  expect([versions.filter((version) => version === versions[0]).length, versions.at(-1)]).toEqual([FLIGHTS, (versions[0] ?? 0) + 1]);
  const names = (await handoffs.sandbox.records('projects', 'projects')).map(({ name }) => name);
  expect([names.filter((name) => name === 'First version').length, names.filter((name) => name === 'Second version').length]).toEqual([FLIGHTS, 1]);

  const workflowBundle = { code: await workflowBundleCode() };
  const histories = await Promise.all([...flights, later].map(async ({ workflowId }) => ({ workflowId, history: await handoffs.client.workflow.getHandle(workflowId).fetchHistory() })));
  const replayed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    expect(error).toBeUndefined();
    replayed.push(workflowId);
  }
  expect(replayed).toHaveLength(FLIGHTS + 1);
});
