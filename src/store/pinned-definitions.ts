import type { DefinitionKind } from '../contracts/definition-kind.js';
import { execute, type Database } from './database.js';
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

// $1 handoff, $2 name of its sync
const versionsStatement = {
  name: 'handoff-versions',
  text: `
    select (select id from syncs where name = $2) as number,
      (select jsonb_agg(jsonb_build_object('kind', kind, 'name', name, 'version', version, 'hash', hash) order by name) from definitions
        where retired_at is null and (kind = 'system' or kind = 'handoff' and name = $1)) as versions`,
};

/** VersionsForHandoff is the definitions in force that a handoff is made of, without their content, and the short number of its writes. */
export interface VersionsForHandoff {
  readonly own?: DefinitionVersion;
  readonly systems: readonly DefinitionVersion[];
  readonly number: number | null;
}

/** versionsForHandoff are the versions in force of a handoff and of all systems. */
export async function versionsForHandoff(database: Database, handoff: string, syncName: string): Promise<VersionsForHandoff> {
  const [row] = await execute<{ number: number | null; versions: readonly (DefinitionVersion & { readonly kind: DefinitionKind })[] | null }>(database, versionsStatement, [handoff, syncName]);
  const versions = (row?.versions ?? []).map(({ kind, name, version, hash }) => ({ kind, pin: { name, version, hash } }));
  const own = versions.find(({ kind }) => kind === 'handoff')?.pin;
  return { ...(own === undefined ? {} : { own }), systems: versions.flatMap(({ kind, pin }) => (kind === 'system' ? [pin] : [])), number: row?.number ?? null };
}
