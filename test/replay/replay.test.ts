import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import * as workflows from '../../workflows/index.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { recordedHistories } from './histories.js';
import { scenarios } from './scenarios.js';
import { installSilentRuntime } from '../support/quiet-runtime.js';

const recorded = recordedHistories();
const outcomes = new Map<string, Error | undefined>();
let options: ReplayWorkerOptions;

beforeAll(async () => {
  installSilentRuntime();
  options = { workflowBundle: { code: await workflowBundleCode() } };
  const histories = recorded.map(({ file, history }) => ({ workflowId: file, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) outcomes.set(workflowId, error);
}, 120_000);

describe('recorded histories', () => {
  it.each(recorded.map(({ file }) => file))('%s is replayed by the present code', (file) => {
    expect(outcomes.has(file)).toBe(true);
    expect(outcomes.get(file)).toBeUndefined();
  });

  it.each(Object.keys(workflows).map((name) => (name === 'default' ? 'renewalDue' : name)))('there are some of the workflow %s', (name) => {
    expect(recorded.map(({ workflow }) => workflow)).toContain(name);
  });

  it.each(scenarios)('the scenario $workflow $name is recorded; if not: npm run record-histories', ({ workflow, name }) => {
    expect(recorded.some(({ file }) => file.startsWith(`${workflow}/`) && new RegExp(`-${name}(-\\d+)?\\.json$`).test(file))).toBe(true);
  });

  it.each(recorded)('$file is in the folder of its workflow type', ({ workflow, history }) => {
    expect(JSON.stringify(history)).toContain(`"workflowType":{"name":"${workflow}"}`);
    expect(['renewalDue', 'stageProgression', ...Object.keys(workflows)]).toContain(workflow);
  });
});

/** Gives a copy of a recorded history in which one name is another. */
function altered(scenario: string, from: string, to: string): unknown {
  const found = recorded.find(({ file }) => file.endsWith(scenario));
  const text = JSON.stringify(found?.history) ?? '';
  expect(text).toContain(from);
  return JSON.parse(text.replaceAll(from, to));
}

describe('a history of other code', () => {
  it.each([
    { changed: 'the workflow type', scenario: 'sync/0.1.0-incremental.json', from: '"workflowType":{"name":"sync"}', to: '"workflowType":{"name":"scheduledSync"}' },
    { changed: 'an activity type', scenario: 'sync/0.1.0-incremental.json', from: '"activityType":{"name":"syncWindow"}', to: '"activityType":{"name":"indexTarget"}' },
    { changed: "a child's workflow type", scenario: 'scheduledSync/0.1.0-succeeded.json', from: '"workflowType":{"name":"sync"}', to: '"workflowType":{"name":"plan"}' },
  ])('is refused: $changed differs', async ({ scenario, from, to }) => {
    await expect(Worker.runReplayHistory(options, altered(scenario, from, to))).rejects.toThrow(DeterminismViolationError);
  });
});
