import type { Command } from 'commander';
import { parseObjectReference } from '../../config/object-name.js';
import { didYouMean } from '../../config/suggestion.js';
import type { ObjectReference } from '../../contracts/sync-definition.js';
import type { Database } from '../../store/database.js';
import { knownObjects, recordHistory } from '../../store/record-history.js';
import { badInput } from '../command-error.js';
import { readLive, type LiveValue } from '../records/read-live.js';
import { recordText } from '../records/record-text.js';
import { runCommand, withCommonOptions, type CommandContext, type CommonOptions } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { activeDefinitions } from '../../store/definitions.js';
import { wholeNumber } from './whole-number.js';

interface RecordOptions extends CommonOptions {
  readonly live: boolean;
  readonly limit: number;
}

/** registerRecord adds `crosswalk record`. */
export function registerRecord(program: Command): void {
  withCommonOptions(program.command('record')
    .description('Show all that is known of a record: what it is linked with, its values now and when both sides last agreed, and every write with its reason.')
    .argument('<system.object>', 'object of the record, such as crm.contact')
    .argument('<id>', 'id of the record in that system')
    .option('--no-live', 'do not ask the systems for the values they hold now')
    .option('--limit <n>', 'how many writes to show, the newest first', wholeNumber(1, 1000), 20))
    .addHelpText('after', '\nExample:\n  crosswalk record crm.contact ct_000123')
    .action((name: string, id: string, options: RecordOptions) => runCommand(options, (context) => report(context, name, id, options)));
}

async function report({ session, signal }: CommandContext, name: string, id: string, options: RecordOptions): Promise<Report> {
  const reference = parseObjectReference(name);
  if (reference === undefined) throw badInput(`"${name.slice(0, 80)}" is no object of a system.`, { todo: 'Write it as system.object, for example crm.contact.' });
  const database = await session.database();
  const history = await recordHistory(database, { ...reference, id }, options.limit);
  if (history === undefined) throw await notFound(database, reference, id);
  const live: readonly LiveValue[] = options.live ? await readLive({ database, records: history.links, environment: session.environment(), signal }) : [];
  const syncs = (await activeDefinitions(database, 'sync')).map(({ body }) => body);
  const record = { ...reference, id };
  return { data: { record, ...history, live }, text: (style) => recordText({ record, history, live, syncs }, style) };
}

async function notFound(database: Database, { system, object }: ObjectReference, id: string): Promise<Error> {
  const name = `${system}.${object}`;
  const known = await knownObjects(database);
  if (!known.includes(name)) return badInput(`No sync has ever read or written "${name}"${didYouMean(name, known)}.`, { todo: 'See "crosswalk status" for the objects that are synced.' });
  return badInput(`Nothing is known of ${name} "${id.slice(0, 200)}".`, {
    todo: 'Check the id: it is the one that the system gives the record. A record out of the scope of every sync leaves no trace.',
  });
}
