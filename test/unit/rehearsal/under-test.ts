import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { loadFolder } from '../../../src/config/load.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import type { Connector, SourceRecord } from '../../../src/contracts/connector.js';
import type { HandoffDefinition } from '../../../src/contracts/handoff-definition.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import { Placeholders } from '../../../src/rehearsal/placeholders.js';
import { PlanningConnector } from '../../../src/rehearsal/planning-connector.js';
import { readingOf } from '../../../src/rehearsal/reading-connector.js';
import type { Rehearsal, RehearsalChoices } from '../../../src/rehearsal/rehearsal.js';
import { rehearseHandoff } from '../../../src/rehearsal/rehearse-handoff.js';

const folder = 'examples/sandbox';
const systems = (await loadFolder(folder)).sources.filter(({ kind }) => kind === 'system');

/** handoffOf compiles a handoff that is written for the systems of the sandbox; throws with what is wrong with it. */
export function handoffOf(yaml: string): HandoffDefinition {
  const parsed = parseDefinitions('test.yaml', yaml);
  const set = compileDefinitions({ sources: [...systems, ...parsed.sources], findings: parsed.findings }, folder, { checkEnvironment: false });
  const [handoff] = set.handoffs.values();
  if (handoff === undefined) throw new Error(set.findings.map(formatFinding).join('\n'));
  return handoff;
}

/** Records by `system.object`, each with an id. */
export type Records = Readonly<Record<string, readonly JsonObject[]>>;

/** writableConnector is a connector whose every write is counted; a test of a handoff must not come near one. */
export function writableConnector(system: string, records: Records, writes: unknown[], get?: Connector['get']): Connector {
  const of = (object: string): readonly SourceRecord[] => (records[`${system}.${object}`] ?? []).map((data) => ({ id: String(data['id']), version: null, updatedAtMs: null, deleted: false, inactive: false, data }));
  return {
    system, batchSize: () => 1, sendsIdempotencyKey: () => false,
    list: async function* () { yield { records: [], bad: [], next: null }; },
    get: get ?? (async (object, id) => of(object).find((record) => record.id === id) ?? null),
    find: async (object, field, value) => of(object).filter(({ data }) => String(data[field]) === value),
    write: async (...args) => { writes.push(args); throw new Error('A write was sent.'); },
  };
}

/** noon is when tests of handoffs begin. */
export const noon = Date.UTC(2026, 10, 23, 12);

/** Trial is what a handoff is tried with. */
export interface Trial {
  readonly trigger?: JsonObject;
  readonly records?: Records;
  readonly choices?: Partial<RehearsalChoices>;
  readonly get?: Connector['get'];
}

/** tryHandoff goes through a handoff and gives what it would do, and every write that was sent: none, if it is right. */
export async function tryHandoff(definition: HandoffDefinition, { trigger = { id: 't-1' }, records = {}, choices = {}, get }: Trial = {}): Promise<{ readonly rehearsal: Rehearsal; readonly sent: readonly unknown[]; readonly planned: number }> {
  const sent: unknown[] = [];
  const placeholders = new Placeholders();
  const opened = new Map<string, PlanningConnector>();
  const connectorOf = (system: string): PlanningConnector => {
    const connector = opened.get(system) ?? new PlanningConnector(readingOf(system, async () => writableConnector(system, records, sent, get)), placeholders);
    opened.set(system, connector);
    return connector;
  };
  const rehearsal = await rehearseHandoff({
    definition, trigger, connectorOf, placeholders, signal: new AbortController().signal,
    choices: { approvals: new Map(), events: [], values: new Map(), ...choices },
  }, noon);
  return { rehearsal, sent, planned: [...opened.values()].reduce((sum, connector) => sum + connector.planned.length, 0) };
}
