import type { SourceRecord } from '../../contracts/connector.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { compileCondition } from '../../domain/condition.js';
import { Placeholders } from '../../rehearsal/placeholders.js';
import { PlanningConnector } from '../../rehearsal/planning-connector.js';
import { rehearseSync, type KnownCounterpart } from '../../rehearsal/rehearse-sync.js';
import { recordHistory } from '../../store/record-history.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { openReaders, type Readers } from '../records/open-readers.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { definitionToTest, type DefinitionsToTest } from './definitions-to-test.js';
import { givenRecord } from './given-records.js';
import { syncText } from './sync-text.js';

/** SyncTestOptions is how a sync is tested. */
export interface SyncTestOptions {
  readonly record?: string;
  readonly recordFile?: string;
  readonly definitions?: string;
}

/** testSyncReport says what a sync would do for one record, and writes nothing. */
export async function testSyncReport(context: CommandContext, name: string, options: SyncTestOptions): Promise<Report> {
  const tested = await definitionToTest(context, 'sync', name, options.definitions);
  const { definition: sync, system, origin } = tested;
  const readers = openReaders(() => context.session.database(), context.session.environment());
  try {
    const { definition: targetSystem, version } = system(sync.to.system);
    const targetObject = targetSystem.objects[sync.to.object];
    if (targetObject === undefined) throw badInput(`The system "${sync.to.system}" has no object "${sync.to.object}".`);
    const record = await sourceRecord(tested, options, readers, context.signal);
    const target = new PlanningConnector(readers.reader(targetSystem, version), new Placeholders());
    const known = options.recordFile === undefined ? await counterpartOf(context, sync, record.id) : undefined;
    const result = await rehearseSync({ sync, record, timeZone: system(sync.from.system).definition.timeZone, known, holderOf: options.recordFile === undefined ? (targetId) => holderOf(context, sync, targetId, record.id) : async () => undefined, target, targetObject, signal: context.signal });
    return {
      data: { sync: sync.sync, origin, record: { ...sync.from, id: record.id }, sent: 0, ...result },
      text: (style) => syncText({ sync, origin, id: record.id, result }, style),
      exitCode: result.does === 'park' ? exitCodes.failed : exitCodes.done,
    };
  } finally {
    await readers.close();
  }
}

async function sourceRecord({ definition: sync, system }: DefinitionsToTest<SyncDefinition>, { record, recordFile }: SyncTestOptions, readers: Readers, signal: AbortSignal): Promise<Pick<SourceRecord, 'id' | 'data' | 'deleted' | 'inactive'>> {
  const { definition, version } = system(sync.from.system);
  if (recordFile !== undefined) {
    const { id, data } = await givenRecord(recordFile, sync.from, definition);
    const { deleted, inactive } = definition.objects[sync.from.object] ?? {};
    return { id, data, deleted: deleted !== undefined && compileCondition(deleted)(data), inactive: inactive !== undefined && compileCondition(inactive)(data) };
  }
  if (record === undefined) throw badInput('No record is named.', { todo: 'Name one with --record ID, or give one with --record-file FILE.' });
  if (definition.objects[sync.from.object]?.get === undefined) throw badInput(`${sync.from.system}.${sync.from.object} has no "get", so single records cannot be read.`, { todo: 'Give the record with --record-file FILE.' });
  const found = await readers.reader(definition, version).get(sync.from.object, record, signal);
  if (found === null) throw badInput(`${sync.from.system}.${sync.from.object} has no record "${record.slice(0, 100)}".`, { todo: 'Check the id: it is the one that the system gives the record.' });
  return found;
}

async function holderOf({ session }: CommandContext, sync: SyncDefinition, targetId: string, id: string): Promise<string | undefined> {
  const history = await recordHistory(await session.database(), { ...sync.to, id: targetId }, 1);
  return history?.links.find((link) => link.system === sync.from.system && link.object === sync.from.object && link.id !== id && (link.state === 'live' || link.state === 'missing'))?.id;
}

async function counterpartOf({ session }: CommandContext, sync: SyncDefinition, id: string): Promise<KnownCounterpart | undefined> {
  const history = await recordHistory(await session.database(), { ...sync.from, id }, 1);
  const link = history?.links.find(({ system, object, state }) => system === sync.to.system && object === sync.to.object && state !== 'unlinked');
  if (history === undefined || link === undefined) return undefined;
  const base = history.bases.find((each) => each.sync === sync.sync && each.state !== 'unlinked');
  return { id: link.id, archived: base?.state === 'removed', ...(base === undefined ? {} : { base: base.values }) };
}
