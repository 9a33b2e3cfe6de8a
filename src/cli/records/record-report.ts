import { parseObjectReference } from '../../config/object-name.js';
import { activeDefinitions } from '../../store/definitions.js';
import { recordHistory } from '../../store/record-history.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { readLive, type LiveValue } from './read-live.js';
import { recordText } from './record-text.js';
import { unknownRecord } from './unknown-record.js';

/** RecordReportOptions is what is shown of a record. */
export interface RecordReportOptions {
  /** Whether the systems are asked for their values. */
  readonly live: boolean;
  /** How many writes are shown. */
  readonly limit: number;
}

/** recordReport is what `crosswalk record` says; throws CommandError where nothing is known of the record. */
export async function recordReport({ session, signal }: CommandContext, name: string, id: string, options: RecordReportOptions): Promise<Report> {
  const reference = parseObjectReference(name);
  if (reference === undefined) throw badInput(`"${name.slice(0, 80)}" is no object of a system.`, { todo: 'Write it as system.object, for example crm.contact.' });
  const database = await session.database();
  const history = await recordHistory(database, { ...reference, id }, options.limit);
  if (history === undefined) throw await unknownRecord(database, reference, id);
  const record = { ...reference, id };
  const records = history.links.length > 0 ? history.links : [record];
  const live: readonly LiveValue[] = options.live ? await readLive({ database, records, environment: session.environment(), signal }) : [];
  const syncs = (await activeDefinitions(database, 'sync')).map(({ body }) => body);
  return { data: { record, ...history, live }, text: (style) => recordText({ record, history, live, syncs }, style) };
}
