import { runConcurrently } from '../../src/connectors/run-concurrently.js';
import type { SourceRecord } from '../../src/contracts/connector.js';
import type { FoundTriggers, HandoffInput, TriggerInput } from '../../src/contracts/handoff.js';
import { handoffWorkflowId } from '../../src/contracts/ids.js';
import { compileCondition } from '../../src/domain/condition.js';
import { outlineOf } from '../../src/domain/handoff/outline.js';
import { idFrom } from '../../src/store/new-id.js';
import type { HandoffLook } from '../../src/store/handoff-look.js';
import { openHandoffRuns } from '../../src/store/triggered-handoffs.js';
import type { HandoffDependencies } from './dependencies.js';
import { readRecord } from './handoff-lifecycle.js';
import { pinsOf, type HandoffPins } from './handoff-pins.js';
import { triggerKey } from './trigger-key.js';

/** Records of triggers that are asked for at once; the system's own limits hold as well. */
const READS_AT_ONCE = 16;

/** findTriggers reads records anew and says which of them begin a handoff, under which key. */
export async function findTriggers(dependencies: HandoffDependencies, { handoff, recordIds }: TriggerInput): Promise<FoundTriggers> {
  const { starts, left } = await readTriggers(dependencies, await pinsOf(dependencies, handoff), recordIds);
  return { starts: starts.map(({ start }) => start), left };
}

/** ReadTriggers is the handoffs to be started with their records as they were read. */
interface ReadTriggers {
  readonly starts: readonly { readonly start: HandoffInput; readonly record: SourceRecord }[];
  readonly left: number;
}

async function readTriggers(dependencies: HandoffDependencies, { definition: { body }, systems }: HandoffPins, recordIds: readonly string[]): Promise<ReadTriggers> {
  const holds = body.trigger.when === undefined ? () => true : compileCondition(body.trigger.when);
  const ids = [...new Set(recordIds)];
  const records = await runConcurrently(ids, READS_AT_ONCE, (id) => readRecord(dependencies, body, id, systems));
  const starts = records.flatMap((record) =>
    (record !== null && !record.deleted && holds(record.data) ? [{ record, start: { handoff: body.handoff, record: { ...body.trigger.on, id: record.id }, key: triggerKey(body, record.data) } }] : []));
  return { starts, left: ids.length - starts.length };
}

/** OpenedTriggers is the handoffs to be started, each with how it stands where it was opened just now. */
export interface OpenedTriggers {
  readonly starts: readonly { readonly input: HandoffInput; readonly look?: HandoffLook }[];
  readonly left: number;
  /** Handoffs that had been begun before. */
  readonly known: number;
}

/**
 * openTriggered reads records anew and opens a handoff for each that begins one, all with one statement; handoffs that were
 * begun before are left out. What a lost attempt has opened, and perhaps not started, is among them again.
 */
export async function openTriggered(dependencies: HandoffDependencies, pins: HandoffPins, recordIds: readonly string[]): Promise<OpenedTriggers> {
  const { starts, left } = await readTriggers(dependencies, pins, recordIds);
  if (starts.length === 0) return { starts: [], left, known: 0 };
  const { body, version } = pins.definition;
  const runs = starts.map(({ start, record }) => {
    const workflowId = handoffWorkflowId(start.handoff, start.record, start.key);
    return { id: idFrom(workflowId), workflowId, handoff: start.handoff, record: start.record, key: start.key, trigger: { ...record.data, id: record.id } };
  });
  const open = await openHandoffRuns(dependencies.database, pins, runs);
  const steps = outlineOf(body.steps);
  const toStart = starts.flatMap(({ start }, at): OpenedTriggers['starts'] => {
    const runId = runs[at]?.id ?? '';
    const run = open.get(runId);
    if (run === undefined) return [];
    // One that a lost attempt has opened may be pinned to an older version; it looks its definition up by itself.
    if (run.version !== version) return [{ input: { ...start, runId } }];
    return [{ input: { ...start, opened: { runId, definitionVersion: version, title: body.title, steps, together: true } }, ...(run.look === undefined ? {} : { look: run.look }) }];
  });
  return { starts: toStart, left, known: starts.length - toStart.length };
}
