// Records a history of every scenario for the release in package.json, by running it on a real Temporal server:
// npm run record-histories; with names of workflows, as in `-- dealClosed` or `-- dealClosed:succeeded`, only theirs. The histories of other releases stay, and must go on being replayable.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { searchAttributes } from '../../src/contracts/names.js';
import { resolveTemporalBinary } from '../../src/local/temporal-binary.js';
import { bundleWorkflows } from '../../workers/build-bundle.js';
import { historiesFolder } from './histories.js';
import { recordScenario } from './record-scenario.js';
import { scenarios } from './scenarios.js';

/** After so many events the server suggests to continue as new; its own limit of 4,096 would make files of megabytes. */
const EVENTS_OF_ONE_HISTORY = 60;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Workflows, or single scenarios of them, to record; none: all. */
const only = new Set(process.argv.slice(2));
const isWanted = (workflow: string, scenario: string): boolean => only.size === 0 || only.has(workflow) || only.has(`${workflow}:${scenario}`);

function removeHistoriesOfThisRelease(): void {
  const files = readdirSync(historiesFolder, { recursive: true, encoding: 'utf8' });
  const scenarioOf = (file: string): string => path.basename(file, '.json').slice(version.length + 1).replace(/-\d+$/, '');
  for (const file of files) if (path.basename(file).startsWith(`${version}-`) && isWanted(path.dirname(file), scenarioOf(file))) rmSync(path.join(historiesFolder, file));
}

function write(workflow: string, name: string, history: unknown): void {
  const folder = path.join(historiesFolder, workflow);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${version}-${name}.json`), `${JSON.stringify(history, null, 1)}\n`);
}

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
const binary = await resolveTemporalBinary({ onProgress: (message) => { process.stderr.write(`${message}\n`); } });
const environment = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: { type: 'existing-path', path: binary.path },
    searchAttributes: Object.values(searchAttributes).map((name) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)),
    extraArgs: ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${EVENTS_OF_ONE_HISTORY}`],
  },
});
try {
  // Identities of our own, because the default ones name the machine.
  const client = new Client({ connection: environment.connection, identity: 'client' });
  const workflowBundle = { code: await bundleWorkflows() };
  mkdirSync(historiesFolder, { recursive: true });
  removeHistoriesOfThisRelease();
  for (const scenario of scenarios.filter(({ workflow, name }) => isWanted(workflow, name))) {
    const histories = await recordScenario({ client, connection: environment.nativeConnection, workflowBundle }, scenario);
    for (const [index, history] of histories.entries()) write(scenario.workflow, `${scenario.name}${histories.length > 1 ? `-${index + 1}` : ''}`, history);
    process.stdout.write(`${scenario.workflow}: ${scenario.name}\n`);
  }
} finally {
  await environment.teardown();
}
