import type { DefinitionKind } from '../contracts/definition-kind.js';
import type { Finding, FindingLevel, FindingType } from './finding.js';

/** DefinitionPath leads to a place in a definition: keys and list positions. */
export type DefinitionPath = readonly (string | number)[];

/** Position is a place in a file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** Another file than the definition's own: that of its connector. */
  readonly file?: string;
}

/** Place says which part of an entry is meant: its key, or its value and an offset in the value's text. */
export interface Place {
  readonly part?: 'key' | 'value';
  readonly offset?: number;
}

/** DefinitionSource is one definition as it stands in a file, whether it is right or not. */
export interface DefinitionSource {
  readonly file: string;
  readonly kind: DefinitionKind | null;
  readonly name: string | null;
  /** Whether the YAML could not be read in full; `value` is then a part of what was meant, or undefined. */
  readonly broken: boolean;
  readonly value: unknown;
  /** File of the connector that a part of the value comes from. */
  readonly connectorFile?: string;
  /** locate gives the place of a path, or of the nearest part of it that is there. */
  readonly locate: (path: DefinitionPath, place?: Place) => Position;
}

/** Detail is what a finding says besides where it is. */
export interface Detail extends Place {
  readonly type: FindingType;
  readonly message: string;
  readonly level?: FindingLevel;
}

/** findingAt makes a finding for a place in a definition; an error unless the detail says otherwise. */
export function findingAt(source: DefinitionSource, path: DefinitionPath, detail: Detail): Finding {
  const { type, message, level = 'error' } = detail;
  return { file: source.file, ...source.locate(path, detail), level, type, message };
}
