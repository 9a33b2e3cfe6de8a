import type { DefinitionSource } from '../definition-source.js';
import { objectsOf, partIsThere } from './object-parts.js';

/** DefinitionIndex finds systems and their objects by name, among definitions that may be wrong in any way. */
export interface DefinitionIndex {
  readonly systemNames: readonly string[];
  readonly teamNames: readonly string[];
  /** Whether a file could not be read so far as to know what it defines; what seems unknown may be in it. */
  readonly incomplete: boolean;
  readonly system: (name: string) => DefinitionSource | undefined;
}

/** indexDefinitions makes the index of all definitions of a folder. */
export function indexDefinitions(sources: readonly DefinitionSource[]): DefinitionIndex {
  const systems = new Map<string, DefinitionSource>();
  for (const source of sources) {
    if (source.kind === 'system' && source.name !== null && !systems.has(source.name)) systems.set(source.name, source);
  }
  return {
    systemNames: [...systems.keys()],
    teamNames: sources.flatMap(({ kind, name }) => (kind === 'team' && name !== null ? [name] : [])),
    incomplete: sources.some((source) => source.broken && source.name === null),
    system: (name) => systems.get(name),
  };
}

/** objectNames lists the objects of a system. */
export function objectNames(system: DefinitionSource): readonly string[] {
  return objectsOf(system.value);
}

/** hasPart says whether an object of a system has an operation or another key; undefined where the system cannot be read. */
export function hasPart(system: DefinitionSource | undefined, object: string, ...keys: readonly string[]): boolean | undefined {
  if (system === undefined || system.broken || !objectNames(system).includes(object)) return undefined;
  return partIsThere(system.value, object, keys);
}
