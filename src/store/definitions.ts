import type { ChannelDefinition } from '../contracts/channel-definition.js';
import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import { definitionKinds, type DefinitionKind } from '../contracts/definition-kind.js';
import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import type { TeamDefinition } from '../contracts/team-definition.js';
import type { Database } from './database.js';
import { forgetAbandonedWork } from './inbox.js';

interface Bodies {
  system: SystemDefinition;
  sync: SyncDefinition;
  quality: QualityDefinition;
  handoff: HandoffDefinition;
  team: TeamDefinition;
  channel: ChannelDefinition;
  alerts: AlertsDefinition;
}

/** StoredDefinition is an immutable version of a definition. */
export interface StoredDefinition<Kind extends DefinitionKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly body: Bodies[Kind];
  /** The author's own text. */
  readonly source: string;
}

/** NewDefinition is a definition to be stored. */
export interface NewDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly hash: string;
  readonly body: Bodies[DefinitionKind];
  readonly source: string;
}

/** AppliedChange is what storing a set of definitions did to one of them. */
export interface AppliedChange {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly change: 'created' | 'changed' | 'unchanged' | 'removed';
  readonly version: number;
}

/** activeDefinitions are the versions now in force. */
export async function activeDefinitions<Kind extends DefinitionKind>(database: Database, kind: Kind): Promise<StoredDefinition<Kind>[]> {
  const rows = await database.kysely.selectFrom('definitions').selectAll().where('kind', '=', kind).where('retired_at', 'is', null).orderBy('name').execute();
  return rows.map((row) => ({ kind, name: row.name, version: row.version, hash: row.hash, body: row.body as Bodies[Kind], source: row.source }));
}

/** everyActiveDefinition is the versions now in force, of all kinds. */
export async function everyActiveDefinition(database: Database): Promise<StoredDefinition<DefinitionKind>[]> {
  const rows = await database.kysely.selectFrom('definitions').selectAll().where('retired_at', 'is', null).execute();
  const stored = rows.map((row): StoredDefinition<DefinitionKind> => ({ kind: row.kind, name: row.name, version: row.version, hash: row.hash, body: row.body as Bodies[DefinitionKind], source: row.source }));
  return stored.toSorted((one, other) => definitionKinds.indexOf(one.kind) - definitionKinds.indexOf(other.kind) || (one.name < other.name ? -1 : 1));
}

/** readDefinition is one version of a definition, or undefined where there is none. */
export async function readDefinition<Kind extends DefinitionKind>(database: Database, kind: Kind, name: string, version: number): Promise<StoredDefinition<Kind> | undefined> {
  const row = await database.kysely.selectFrom('definitions').selectAll().where('kind', '=', kind).where('name', '=', name).where('version', '=', version).executeTakeFirst();
  return row === undefined ? undefined : { kind, name, version, hash: row.hash, body: row.body as Bodies[Kind], source: row.source };
}

/** compareDefinitions says what storing a set of definitions would do, without doing it. */
export async function compareDefinitions(database: Database, definitions: readonly NewDefinition[]): Promise<AppliedChange[]> {
  const active = await everyActiveDefinition(database);
  const latest = await database.kysely.selectFrom('definitions').select(['kind', 'name', ({ fn }) => fn.max('version').as('version')]).groupBy(['kind', 'name']).execute();
  const changes = definitions.map((definition): AppliedChange => {
    const same = (other: { kind: DefinitionKind; name: string }): boolean => other.kind === definition.kind && other.name === definition.name;
    const current = active.find(same);
    const { kind, name } = definition;
    if (current?.hash === definition.hash) return { kind, name, change: 'unchanged', version: current.version };
    const version = (latest.find(same)?.version ?? 0) + 1;
    return { kind, name, change: current === undefined ? 'created' : 'changed', version };
  });
  const removed = active.filter((current) => !definitions.some((definition) => definition.kind === current.kind && definition.name === current.name));
  return [...changes, ...removed.map(({ kind, name, version }): AppliedChange => ({ kind, name, change: 'removed', version }))];
}

/** storeDefinitions makes a set of definitions the one in force: new versions for what changed, and what is not in the set retired. All or nothing. */
export async function storeDefinitions(database: Database, definitions: readonly NewDefinition[]): Promise<AppliedChange[]> {
  return database.kysely.transaction().execute(async (transaction) => {
    const scoped: Database = { ...database, kysely: transaction };
    const changes = await compareDefinitions(scoped, definitions);
    for (const { kind, name, change, version } of changes) {
      if (change === 'unchanged') continue;
      await transaction.updateTable('definitions').set({ retired_at: new Date() }).where('kind', '=', kind).where('name', '=', name).where('retired_at', 'is', null).execute();
      const definition = definitions.find((candidate) => candidate.kind === kind && candidate.name === name);
      if (change === 'removed' || definition === undefined) continue;
      const { hash, body, source } = definition;
      await transaction.insertInto('definitions').values({ kind, name, version, hash, body: JSON.stringify(body), source, retired_at: null }).execute();
    }
    if (changes.some(({ kind, change }) => (kind === 'sync' || kind === 'handoff') && (change === 'changed' || change === 'removed'))) await forgetAbandonedWork(transaction);
    return changes;
  });
}
