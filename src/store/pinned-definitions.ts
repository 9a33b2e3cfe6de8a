import type { DefinitionKind } from '../contracts/definition-kind.js';
import type { Database } from './database.js';
import { readDefinition, type StoredDefinition } from './definitions.js';

/** DefinitionVersion names one version of a definition; its hash is that of the content. */
export interface DefinitionVersion {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
}

/** Each is some kilobytes; a process comes across few of them. */
const MOST_KEPT = 500;
const kept = new WeakMap<Database, Map<string, StoredDefinition<DefinitionKind>>>();

/**
 * pinnedDefinition is a version of a definition whose hash is known, or undefined where there is none. One that was read is
 * kept, so that what is made of it can be kept too: the same version is the same object each time.
 */
export async function pinnedDefinition<Kind extends DefinitionKind>(database: Database, kind: Kind, { name, version, hash }: DefinitionVersion): Promise<StoredDefinition<Kind> | undefined> {
  const known = kept.get(database) ?? new Map<string, StoredDefinition<DefinitionKind>>();
  kept.set(database, known);
  const key = `${kind}/${name}/${version}/${hash}`;
  const found = (known.get(key) as StoredDefinition<Kind> | undefined) ?? (await readDefinition(database, kind, name, version));
  if (found === undefined || found.hash !== hash) return found;
  const [oldest] = known.keys();
  if (known.size >= MOST_KEPT && oldest !== undefined && !known.has(key)) known.delete(oldest);
  known.set(key, found);
  return found;
}

/** activeVersions are the versions of a kind that are in force, without their content. */
export async function activeVersions(database: Database, kind: DefinitionKind): Promise<DefinitionVersion[]> {
  return database.kysely.selectFrom('definitions').select(['name', 'version', 'hash']).where('kind', '=', kind).where('retired_at', 'is', null).orderBy('name').execute();
}
