import type { DefinitionKind } from '../../contracts/definition-kind.js';
import type { QualityDefinition } from '../../contracts/quality-definition.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { codeOf } from '../../local/local-error.js';
import type { Database } from '../../store/database.js';
import { compareDefinitions, everyActiveDefinition, storeDefinitions, type AppliedChange, type NewDefinition } from '../../store/definitions.js';
import { CommandError } from '../command-error.js';
import { diffLines, hunks, type DiffLine } from './text-diff.js';

/** DefinitionChange is what applying does to one definition. */
export interface DefinitionChange extends AppliedChange {
  /** Version in force before; null where there is none. */
  readonly versionBefore: number | null;
  /** Lines of the author's text that differ, for a change; null stands for lines left out. */
  readonly diff: readonly (DiffLine | null)[];
}

/** planDefinitions says what storing the definitions would do, without doing it. */
export async function planDefinitions(database: Database, definitions: readonly NewDefinition[]): Promise<DefinitionChange[]> {
  const before = await everyActiveDefinition(database);
  return explained(await compareDefinitions(database, definitions), before, definitions);
}

const UNIQUE_VIOLATION = '23505'; // SQLSTATE

/** applyDefinitions stores the definitions, all or none, and says what it did; throws CommandError when another apply was faster. */
export async function applyDefinitions(database: Database, definitions: readonly NewDefinition[]): Promise<DefinitionChange[]> {
  const before = await everyActiveDefinition(database);
  try {
    return explained(await storeDefinitions(database, definitions), before, definitions);
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
    throw new CommandError('Another "crosswalk apply" stored definitions at the same moment, so nothing was changed by this one.', { todo: 'Run it again.', cause: error });
  }
}

/** syncsOf is the syncs among new definitions. */
export function syncsOf(definitions: readonly NewDefinition[]): SyncDefinition[] {
  return definitions.flatMap(({ body }) => ('sync' in body ? [body] : []));
}

/** qualitiesOf is the quality definitions among new definitions. */
export function qualitiesOf(definitions: readonly NewDefinition[]): QualityDefinition[] {
  return definitions.flatMap(({ body }) => ('quality' in body ? [body] : []));
}

/** retiredQualities is the names of the quality definitions that a set of changes takes out of force. */
export function retiredQualities(changes: readonly AppliedChange[]): string[] {
  return changes.filter(({ kind, change }) => kind === 'quality' && change === 'removed').map(({ name }) => name);
}

/** retiredSyncs is the names of the syncs that a set of changes takes out of force. */
export function retiredSyncs(changes: readonly AppliedChange[]): string[] {
  return changes.filter(({ kind, change }) => kind === 'sync' && change === 'removed').map(({ name }) => name);
}

interface StoredText {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly version: number;
  readonly source: string;
}

function explained(changes: readonly AppliedChange[], before: readonly StoredText[], definitions: readonly NewDefinition[]): DefinitionChange[] {
  return changes.map((change) => {
    const old = before.find(({ kind, name }) => kind === change.kind && name === change.name);
    const next = definitions.find(({ kind, name }) => kind === change.kind && name === change.name);
    const diff = change.change === 'changed' ? hunks(diffLines(old?.source ?? '', next?.source ?? '')) : [];
    return { ...change, versionBefore: old?.version ?? null, diff };
  });
}
