import { isMap, isSeq, parseAllDocuments, type Document, type YAMLMap } from 'yaml';
import { isMapping } from '../tolerant-access.js';
import { blockText, yamlOptions } from './flow-text.js';
import { isBlockMap, keyOf, mapSplices, pairsOf, startOf, type KeyChanges } from './map-edits.js';
import { sequenceSplice, type EntryEdit } from './sequence-edits.js';
import { applySplices, columnOf, lineStart, type Splice } from './text-splices.js';

/** SyncEdit is what is to change in the YAML of a sync. */
export interface SyncEdit {
  readonly sync: string;
  readonly fields: readonly EntryEdit[];
  /** Keys of `when` that change; none: it stays. */
  readonly when: KeyChanges;
}

/** SyncEditError says that a file is written in a way that cannot be edited without a person. */
export class SyncEditError extends Error {
  override readonly name = 'SyncEditError';
}

/**
 * editSync changes the mappings and times of a sync in the text of its YAML file and leaves everything else, comments
 * and order included, as it is. Throws SyncEditError where the result would not read as what is meant.
 */
export function editSync(text: string, edit: SyncEdit): string {
  if (!text.includes('\r\n')) return editLines(text, edit);
  return editLines(text.replaceAll('\r\n', '\n'), edit).replaceAll('\n', '\r\n');
}

function editLines(text: string, edit: SyncEdit): string {
  const before = documentsOf(text);
  const position = before.findIndex((document) => nameOf(document) === edit.sync);
  const root = before[position]?.contents;
  if (!isMap(root)) throw new SyncEditError(`the file holds no sync '${edit.sync}'`);
  const fields = pairsOf(root).find((pair) => keyOf(pair) === 'fields');
  if (fields === undefined || !isSeq(fields.value)) throw new SyncEditError("'fields' is no list");
  const next = applySplices(text, [sequenceSplice(text, { list: fields.value, key: fields.key }, edit.fields), ...whenSplices(text, root, edit.when)]);
  assertMeant(before, position, next, edit);
  return next;
}

function whenSplices(text: string, root: YAMLMap, changes: KeyChanges): readonly Splice[] {
  if (changes.size === 0) return [];
  const when = pairsOf(root).find((pair) => keyOf(pair) === 'when');
  const left = pairsLeft(when?.value, changes);
  if (when === undefined || !isMap(when.value)) {
    const fields = pairsOf(root).find((pair) => keyOf(pair) === 'fields');
    if (fields === undefined || !isBlockMap(root)) throw new SyncEditError("'when' cannot be added");
    const place = lineStart(text, startOf(fields.key));
    const value = Object.fromEntries([...changes].filter(([, part]) => part !== undefined));
    return [{ from: place, to: place, text: `${' '.repeat(columnOf(text, startOf(fields.key)))}when: ${blockText(value)}\n` }];
  }
  return left === 0 ? mapSplices(text, root, new Map([['when', undefined]])) : mapSplices(text, when.value, changes);
}

function pairsLeft(when: unknown, changes: KeyChanges): number {
  const present = isMap(when) ? pairsOf(when).map(keyOf) : [];
  return present.filter((key) => !changes.has(key)).length + [...changes.values()].filter((value) => value !== undefined).length;
}

/** Anchors, tags and unusual layouts could make a piece of text mean something else; the whole is read again to be sure. */
function assertMeant(before: readonly Document[], position: number, next: string, edit: SyncEdit): void {
  const after = documentsOf(next);
  const expected = before.map((document, index) => (index === position ? meant(document.toJS(), edit) : document.toJS() as unknown));
  const found = after.map(readable);
  if (JSON.stringify(found, withSortedKeys) !== JSON.stringify(expected, withSortedKeys)) {
    throw new SyncEditError('the YAML is laid out in a way that cannot be changed safely; change it by hand, as the differences show');
  }
}

function readable(document: Document): unknown {
  try {
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    return undefined;
  }
}

function meant(value: unknown, { fields, when }: SyncEdit): unknown {
  if (!isMapping(value)) return value;
  const times = { ...(isMapping(value['when']) ? value['when'] : {}), ...Object.fromEntries(when) };
  const { when: _, ...rest } = value;
  const left = Object.fromEntries(Object.entries(times).filter(([, part]) => part !== undefined));
  const keepsWhen = when.size === 0 ? value['when'] !== undefined : Object.keys(left).length > 0;
  return { ...rest, ...(keepsWhen ? { when: when.size === 0 ? value['when'] : left } : {}), fields: fields.map((entry) => entry.value) };
}

function withSortedKeys(_key: string, value: unknown): unknown {
  return isMapping(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}

function documentsOf(text: string): readonly Document[] {
  const documents = parseAllDocuments(text, { ...yamlOptions, strict: true });
  return Array.isArray(documents) ? documents : [];
}

function nameOf(document: Document): unknown {
  return isMap(document.contents) ? document.contents.get('sync') : undefined;
}
