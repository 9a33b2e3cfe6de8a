import type { HandoffResult, HandoffState, OpenedHandoff, OpenHandoffInput } from '../../src/contracts/handoff.js';
import type { HandoffDefinition } from '../../src/contracts/handoff-definition.js';
import type { SourceRecord } from '../../src/contracts/connector.js';
import { outlineOf } from '../../src/domain/handoff/outline.js';
import { readDefinition, type StoredDefinition } from '../../src/store/definitions.js';
import { closeHandoffRun, findHandoffRun, openHandoffRun, type HandoffRun } from '../../src/store/handoff-runs.js';
import type { DefinitionVersion } from '../../src/store/pinned-definitions.js';
import { definitionUnusable, handoffNotThere, troubleFailure } from '../failure.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';
import { pinsOf } from './handoff-pins.js';
import { openPinnedSide } from './pinned-side.js';
import { triggerKey } from './trigger-key.js';

/** The most attempts at reading a record before a handoff begins. */
const READ_ATTEMPTS_MS = [1_000, 5_000, 15_000, 60_000];

/** openHandoff opens a handoff, pinned to the definitions now in force, with its record read anew; a repeat finds the one that was opened before. */
export async function openHandoff(dependencies: HandoffDependencies, input: OpenHandoffInput): Promise<OpenedHandoff> {
  const { database } = dependencies;
  const before = await findHandoffRun(database, input.runId);
  const definition = before === undefined ? await open(dependencies, input) : (await readDefinition(database, 'handoff', before.handoff, before.run.definitionVersion));
  const run = before ?? (await findHandoffRun(database, input.runId));
  if (definition === undefined || run === undefined) throw definitionUnusable(`Handoff "${input.handoff}" has lost its definition.`);
  const opened = { runId: input.runId, definitionVersion: definition.version, title: definition.body.title, together: true as const };
  return movedOn(definition.body, run) ? { ...opened, steps: [], over: MOVED_ON } : { ...opened, steps: outlineOf(definition.body.steps) };
}

async function open(dependencies: HandoffDependencies, input: OpenHandoffInput): Promise<StoredDefinition<'handoff'>> {
  const { database } = dependencies;
  const { definition, systems, syncNumber } = await pinsOf(dependencies, input.handoff);
  const record = await readRecord(dependencies, definition.body, input.record.id, systems);
  if (record === null) throw definitionUnusable(`${input.record.system}.${input.record.object} has no record ${input.record.id}.`);
  const run = {
    id: input.runId, syncNumber, definitionVersion: definition.version, systemVersions: Object.fromEntries(systems.map(({ name, version }) => [name, version])),
    mode: 'handoff' as const, workflowId: input.workflowId, place: {},
  };
  await openHandoffRun(database, run, { handoff: input.handoff, record: input.record, key: input.key, trigger: { ...record.data, id: record.id } });
  return definition;
}

/** Said of a handoff whose record has other values of `once` by the time it is opened: those begin a handoff of their own. */
const MOVED_ON = 'The record had moved on before anything was done';

// Under the key 1 a handoff is about the record whatever its values are, also where `once` was added to its definition since.
function movedOn(definition: HandoffDefinition, { key, trigger }: HandoffRun): boolean {
  return key !== '1' && triggerKey(definition, trigger) !== key;
}

/** readRecord reads the record that a handoff is about, null where there is none; throws what another attempt may mend. */
export async function readRecord({ database, connectors }: HandoffDependencies, { handoff, trigger }: HandoffDefinition, id: string, systems: readonly DefinitionVersion[]): Promise<SourceRecord | null> {
  const side = await openPinnedSide(database, connectors, trigger.on, { handoff, systems });
  try {
    return await side.connector.get(side.objectName, id, AbortSignal.timeout(side.system.limits.timeoutMs));
  } catch (error) {
    throw troubleFailure(systemTrouble(error), { scheduleMs: READ_ATTEMPTS_MS, attempts: 1 });
  }
}

/** finishHandoff closes a handoff and says what it came to; a repeat finds it closed. */
export async function finishHandoff({ database }: HandoffDependencies, { runId, state, message }: { readonly runId: string; readonly state: HandoffState; readonly message: string | null }): Promise<HandoffResult> {
  const run = await closeHandoffRun(database, runId, state, message);
  if (run === undefined) throw handoffNotThere(runId);
  return { runId, ...run };
}
