import type { FoundTriggers, HandoffInput, HandoffResult, HandoffState, OpenedHandoff, OpenHandoffInput, TriggerInput } from '../../src/contracts/handoff.js';
import { createHash } from 'node:crypto';
import { handoffSyncName } from '../../src/contracts/ids.js';
import type { HandoffDefinition } from '../../src/contracts/handoff-definition.js';
import type { SourceRecord } from '../../src/contracts/connector.js';
import { runConcurrently } from '../../src/connectors/run-concurrently.js';
import { compileCondition } from '../../src/domain/condition.js';
import { outlineOf } from '../../src/domain/handoff/outline.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { activeDefinitions, readDefinition, type StoredDefinition } from '../../src/store/definitions.js';
import { closeHandoffRun, findHandoffRun, openHandoffRun, type HandoffRun } from '../../src/store/handoff-runs.js';
import { syncNumber } from '../../src/store/names.js';
import { definitionUnusable, troubleFailure } from '../failure.js';
import { openSide } from '../sync/run-context.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';

/** Records of triggers that are asked for at once; the system's own limits hold as well. */
const READS_AT_ONCE = 16;

/** The most attempts at reading a record before a handoff begins. */
const READ_ATTEMPTS_MS = [1_000, 5_000, 15_000, 60_000];

/** openHandoff opens a handoff, pinned to the definitions now in force, with its record read anew; a repeat finds the one that was opened before. */
export async function openHandoff(dependencies: HandoffDependencies, input: OpenHandoffInput): Promise<OpenedHandoff> {
  const { database } = dependencies;
  const before = await findHandoffRun(database, input.runId);
  const definition = before === undefined ? await open(dependencies, input) : (await readDefinition(database, 'handoff', before.handoff, before.run.definitionVersion));
  const run = before ?? (await findHandoffRun(database, input.runId));
  if (definition === undefined || run === undefined) throw definitionUnusable(`Handoff "${input.handoff}" has lost its definition.`);
  const opened = { runId: input.runId, definitionVersion: definition.version, title: definition.body.title };
  return movedOn(definition.body, run) ? { ...opened, steps: [], over: MOVED_ON } : { ...opened, steps: outlineOf(definition.body.steps) };
}

async function open(dependencies: HandoffDependencies, input: OpenHandoffInput): Promise<StoredDefinition<'handoff'>> {
  const { database } = dependencies;
  const definition = await activeHandoff(dependencies, input.handoff);
  const systemVersions = Object.fromEntries((await activeDefinitions(database, 'system')).map(({ name, version }) => [name, version]));
  const record = await readRecord(dependencies, definition.body, input.record.id, systemVersions);
  if (record === null) throw definitionUnusable(`${input.record.system}.${input.record.object} has no record ${input.record.id}.`);
  const run = {
    id: input.runId, syncNumber: await syncNumber(database, handoffSyncName(input.handoff)), definitionVersion: definition.version, systemVersions,
    mode: 'handoff' as const, workflowId: input.workflowId, place: {},
  };
  await openHandoffRun(database, run, { handoff: input.handoff, record: input.record, key: input.key, trigger: { ...record.data, id: record.id } });
  return definition;
}

/** Said of a handoff whose record has other values of `once` by the time it is opened: those begin a handoff of their own. */
const MOVED_ON = 'The record had moved on before anything was done';

// Under the key 1 a handoff is about the record whatever its values are, also where `once` was added to its definition since.
function movedOn(definition: HandoffDefinition, { key, trigger }: HandoffRun): boolean {
  return key !== '1' && triggerKey(definition, { data: trigger }) !== key;
}

async function activeHandoff({ database }: HandoffDependencies, name: string): Promise<StoredDefinition<'handoff'>> {
  const definition = (await activeDefinitions(database, 'handoff')).find((candidate) => candidate.name === name);
  if (definition === undefined) throw definitionUnusable(`There is no handoff "${name}" in force. Apply it with "crosswalk apply".`);
  return definition;
}

async function readRecord({ database, connectors }: HandoffDependencies, { handoff, trigger }: HandoffDefinition, id: string, systemVersions: Readonly<Record<string, number>>): Promise<SourceRecord | null> {
  const side = await openSide(database, connectors, trigger.on, { sync: handoffSyncName(handoff), systemVersions });
  try {
    return await side.connector.get(side.objectName, id, AbortSignal.timeout(side.system.limits.timeoutMs));
  } catch (error) {
    throw troubleFailure(systemTrouble(error), { scheduleMs: READ_ATTEMPTS_MS, attempts: 1 });
  }
}

/** findTriggers reads records anew and says which of them begin a handoff, under which key. */
export async function findTriggers(dependencies: HandoffDependencies, { handoff, recordIds }: TriggerInput): Promise<FoundTriggers> {
  const { body } = await activeHandoff(dependencies, handoff);
  const systemVersions = Object.fromEntries((await activeDefinitions(dependencies.database, 'system')).map(({ name, version }) => [name, version]));
  const holds = body.trigger.when === undefined ? () => true : compileCondition(body.trigger.when);
  const ids = [...new Set(recordIds)];
  const records = await runConcurrently(ids, READS_AT_ONCE, (id) => readRecord(dependencies, body, id, systemVersions));
  const starts = records.flatMap((record): HandoffInput[] =>
    (record !== null && !record.deleted && holds(record.data) ? [{ handoff, record: { ...body.trigger.on, id: record.id }, key: triggerKey(body, record) }] : []));
  return { starts, left: ids.length - starts.length };
}

/** triggerKey tells the triggers of one record apart: `1`, or a hash of the fields of `once`, so that no value is in an id. */
export function triggerKey({ once }: HandoffDefinition, { data }: Pick<SourceRecord, 'data'>): string {
  if (once.length === 0) return '1';
  return createHash('sha256').update(JSON.stringify(once.map((field) => compileGetter(field)(data) ?? null))).digest('hex').slice(0, 12);
}

/** finishHandoff closes a handoff and says what it came to; a repeat finds it closed. */
export async function finishHandoff({ database }: HandoffDependencies, { runId, state, message }: { readonly runId: string; readonly state: HandoffState; readonly message: string | null }): Promise<HandoffResult> {
  const closed = await closeHandoffRun(database, runId, state, message);
  const run = await findHandoffRun(database, runId);
  return { runId, handoff: run?.handoff ?? '', state: closed, message: run?.message ?? null };
}
