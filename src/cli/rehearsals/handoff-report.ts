import type { HandoffDefinition } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { formatCondition } from '../../domain/condition-text.js';
import { textOf } from '../../domain/handoff/values.js';
import { handoffDiagram, type StepMark } from '../../explain/handoff-diagram.js';
import { Placeholders } from '../../rehearsal/placeholders.js';
import { PlanningConnector } from '../../rehearsal/planning-connector.js';
import type { Rehearsal, RehearsedStep } from '../../rehearsal/rehearsal.js';
import { rehearseHandoff } from '../../rehearsal/rehearse-handoff.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { openReaders, type Readers } from '../records/open-readers.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { choicesOf, type ChoiceOptions } from './choices.js';
import { definitionToTest, type DefinitionsToTest } from './definitions-to-test.js';
import { givenRecord, objectFile } from './given-records.js';
import { rehearsalText } from './handoff-text.js';

/** HandoffTestOptions is how a handoff is tested. */
export interface HandoffTestOptions extends ChoiceOptions {
  readonly record?: string;
  readonly recordFile?: string;
  readonly with: readonly string[];
  readonly definitions?: string;
  readonly format: 'text' | 'mermaid' | 'json';
}

/** testHandoffReport goes through a handoff for one record, writes nothing, and shows what would be done. */
export async function testHandoffReport(context: CommandContext, name: string, options: HandoffTestOptions): Promise<Report> {
  const tested = await definitionToTest(context, 'handoff', name, options.definitions);
  const choices = choicesOf(options, tested.definition);
  const readers = openReaders(() => context.session.database(), context.session.environment());
  try {
    const placeholders = new Placeholders();
    const connectorOf = planningConnectors(tested, readers, placeholders);
    const trigger = await triggerOf(tested, options, connectorOf, context.signal);
    const rehearsal = await rehearseHandoff({ definition: tested.definition, trigger, connectorOf, placeholders, choices, signal: context.signal }, Date.now());
    return reportOf(tested, trigger, rehearsal, options.format);
  } finally {
    await readers.close();
  }
}

// Nothing below holds a connector that could write: readers have no such method, and planning connectors only record.
function planningConnectors(tested: DefinitionsToTest<HandoffDefinition>, readers: Readers, placeholders: Placeholders): (system: string) => PlanningConnector {
  const opened = new Map<string, PlanningConnector>();
  return (system) => {
    const known = opened.get(system);
    if (known !== undefined) return known;
    const { definition, version } = tested.system(system);
    const connector = new PlanningConnector(readers.reader(definition, version), placeholders);
    opened.set(system, connector);
    return connector;
  };
}

async function triggerOf({ definition, system }: DefinitionsToTest<HandoffDefinition>, options: HandoffTestOptions, connectorOf: (system: string) => PlanningConnector, signal: AbortSignal): Promise<JsonObject> {
  const { on } = definition.trigger;
  for (const text of options.with) {
    const { reference, file } = objectFile(text);
    const { id, data } = await givenRecord(file, reference, system(reference.system).definition);
    connectorOf(reference.system).given(reference.object, id, data);
  }
  if (options.recordFile !== undefined) {
    const { id, data } = await givenRecord(options.recordFile, on, system(on.system).definition);
    connectorOf(on.system).given(on.object, id, data);
    return { ...data, id };
  }
  if (options.record === undefined) throw badInput('No record is named.', { todo: 'Name one with --record ID, or give one with --record-file FILE.' });
  const record = await connectorOf(on.system).get(on.object, options.record, signal);
  if (record === null) throw badInput(`${on.system}.${on.object} has no record "${options.record.slice(0, 100)}".`, { todo: 'Check the id: it is the one that the system gives the record.' });
  return { ...record.data, id: record.id };
}

function reportOf({ definition, origin }: DefinitionsToTest<HandoffDefinition>, trigger: JsonObject, rehearsal: Rehearsal, format: HandoffTestOptions['format']): Report {
  const { on } = definition.trigger;
  const record = { ...on, id: textOf(trigger, '/id') ?? '' };
  const failed = rehearsal.steps.some(({ state }) => state === 'failed');
  return {
    data: { handoff: definition.handoff, origin, record, sent: 0, ...rehearsal, steps: rehearsal.steps.map(asData) },
    text: (style) => (format === 'mermaid' ? handoffDiagram(definition, marksOf(rehearsal)) : rehearsalText({ definition, origin, record, rehearsal }, style)),
    exitCode: failed ? exitCodes.failed : exitCodes.done,
  };
}

// Conditions as they are written in definitions, which is what people and programs can read.
function asData({ unmet, way, ...step }: RehearsedStep): object {
  return {
    ...step, ...(unmet === undefined ? {} : { unmet: formatCondition(unmet) }),
    ...(way === undefined ? {} : { way: { index: way.index, condition: way.condition === null ? null : formatCondition(way.condition) } }),
  };
}

/** marksOf is what became of each step; of several turns, the worst. */
export function marksOf({ steps }: Rehearsal): ReadonlyMap<string, StepMark> {
  const marks = new Map<string, StepMark>();
  for (const { name, state } of steps) {
    const before = marks.get(name);
    if (before === 'failed' || (before === 'done' && state === 'skipped')) continue;
    marks.set(name, state === 'running' ? 'failed' : state);
  }
  return marks;
}
