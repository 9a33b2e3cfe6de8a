import { fieldKinds, type FieldKind } from '../contracts/field-kind.js';
import { isMapping } from './tolerant-access.js';

/** ScoredEntryField is a field of a scored match as it is written. */
export interface ScoredEntryField {
  readonly name: string;
  readonly kind: FieldKind | undefined;
  /** Least similarity; 1 for `exact`, undefined for no condition. */
  readonly least: number | undefined;
  /** Where it stands within the entry. */
  readonly path: readonly (string | number)[];
}

/** ScoredEntry is a scored match as it is written, in either form. */
export interface ScoredEntry {
  readonly fields: readonly ScoredEntryField[];
  readonly thresholds: { readonly link?: number; readonly review?: number };
}

/**
 * scoredEntry reads an entry of `match` that is a scored match, `{ name: 0.92, postcode: exact }` or `{ score: [...] }`; of
 * any other entry, and of one that is wrong in any way, it gives undefined or what can be read.
 */
export function scoredEntry(entry: unknown): ScoredEntry | undefined {
  if (!isMapping(entry)) return undefined;
  if (Array.isArray(entry['score'])) {
    const { link, review } = entry;
    const thresholds = { ...(typeof link === 'number' ? { link } : {}), ...(typeof review === 'number' ? { review } : {}) };
    return { thresholds, fields: entry['score'].flatMap((each: unknown, position) => longField(each, position)) };
  }
  const conditions = Object.entries(entry);
  if (!conditions.every(([, condition]) => typeof condition === 'number' || condition === 'exact' || condition === 'compare')) return undefined;
  return { thresholds: {}, fields: conditions.map(([name, condition]) => ({ name, kind: undefined, least: leastOf(condition), path: [name] })) };
}

function longField(each: unknown, position: number): readonly ScoredEntryField[] {
  if (!isMapping(each) || typeof each['field'] !== 'string') return [];
  return [{ name: each['field'], kind: fieldKinds.find((kind) => kind === each['kind']), least: leastOf(each['least']), path: ['score', position, 'field'] }];
}

function leastOf(condition: unknown): number | undefined {
  if (condition === 'exact') return 1;
  return typeof condition === 'number' ? condition : undefined;
}
