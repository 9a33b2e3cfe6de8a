import { parseObjectReference } from '../../config/object-name.js';
import { didYouMean } from '../../config/suggestion.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { FieldPathError, parseFieldPath } from '../../domain/json-pointer.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions, readDefinition } from '../../store/definitions.js';
import { fieldLineage, type FieldLineage } from '../../store/lineage.js';
import { badInput } from '../command-error.js';
import { unknownRecord } from '../records/unknown-record.js';
import { readLive, type LiveValue } from '../records/read-live.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { whyText } from './why-text.js';
import { mappingOf, whyView, type DefinitionOf, type WhyView } from './why-view.js';

/** WhyOptions is what is shown of a field. */
export interface WhyOptions {
  /** Whether the system is asked for the value it holds. */
  readonly live: boolean;
  /** How many writes are looked at. */
  readonly limit: number;
}

/** whyReport is what `crosswalk why` says; throws CommandError where nothing is known of the record or the field. */
export async function whyReport({ session, signal }: CommandContext, name: string, id: string, field: string, options: WhyOptions): Promise<Report> {
  const reference = parseObjectReference(name);
  if (reference === undefined) throw badInput(`"${name.slice(0, 80)}" is no object of a system.`, { todo: 'Write it as system.object, for example mailing.member.' });
  assertField(field);
  const record = { ...reference, id };
  const database = await session.database();
  const lineage = await fieldLineage(database, record, field, options.limit);
  if (lineage === undefined) throw await unknownRecord(database, reference, id);
  const view = await viewer(database, record, field, lineage);
  const silent = view(undefined);
  if (silent.entries.length === 0 && silent.agreed.length === 0) await assertMapped(database, record, field, lineage);
  const [live] = options.live ? await readLive({ database, records: [record], environment: session.environment(), signal }) : [];
  const complete = view(live);
  return { data: { entityId: lineage.entityId, ...complete }, text: (style) => whyText(complete, style) };
}

async function viewer(database: Database, record: WhyView['record'], field: string, lineage: FieldLineage): Promise<(live: LiveValue | undefined) => WhyView> {
  const definitionOf = await definitionsOf(database, lineage);
  return (live) => whyView(record, field, lineage, definitionOf, live);
}

function assertField(field: string): void {
  try {
    if (parseFieldPath(field).length > 0) return;
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    throw badInput(error.message, { todo: 'Write the field as its name, or as a JSON Pointer such as /address/city.' });
  }
  throw badInput('The name of the field is empty.', { todo: 'Write the field as its name, or as a JSON Pointer such as /address/city.' });
}

async function definitionsOf(database: Database, { writes }: FieldLineage): Promise<DefinitionOf> {
  const bodies = new Map<string, SyncDefinition>();
  for (const { sync, definitionVersion } of writes) {
    const key = `${sync} ${definitionVersion}`;
    if (bodies.has(key)) continue;
    const stored = await readDefinition(database, 'sync', sync, definitionVersion);
    if (stored !== undefined) bodies.set(key, stored.body);
  }
  return (sync, version) => bodies.get(`${sync} ${version}`);
}

/** A field that no sync makes is more likely mistyped; one of a record that is only read has its story on the other side. */
async function assertMapped(database: Database, { system, object, id }: WhyView['record'], field: string, { links }: FieldLineage): Promise<void> {
  const syncs = (await activeDefinitions(database, 'sync')).map(({ body }) => body).filter(({ to }) => to.system === system && to.object === object);
  if (syncs.some((sync) => mappingOf(sync, field) !== undefined)) return;
  const others = links.filter((link) => link.system !== system || link.object !== object);
  if (syncs.length === 0) {
    throw badInput(`Nothing is ever written to ${system}.${object}: it is only read.`, {
      where: `${system}.${object} ${id}`,
      todo: others.length === 0 ? 'Ask for a record that a sync writes.' : `Ask for ${others.map((link) => `"${link.system}.${link.object} ${link.id}"`).join(' or ')}, which is linked with it.`,
    });
  }
  const known = syncs.flatMap((sync) => sync.fields.map(({ to }) => to));
  throw badInput(`No sync makes the field "${field.slice(0, 80)}" of ${system}.${object}${sentenceEnd(didYouMean(field, known))}`, { todo: 'Name a field of the target as the mapping does.' });
}
