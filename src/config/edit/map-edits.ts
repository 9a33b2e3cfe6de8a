import { isCollection, isMap, isNode, isPair, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { flowText, keyText, LONGEST_LINE } from './flow-text.js';
import { columnOf, lineEnd, lineStart, type Splice } from './text-splices.js';

/** KeyChanges is what becomes of the keys of a mapping: a new value, or undefined where the key goes. */
export type KeyChanges = ReadonlyMap<string, unknown>;

/**
 * mapSplices changes keys of a YAML mapping in its text; keys that do not change keep their text, comments and order. A
 * mapping in braces that becomes too long is divided into lines where it `mayGrow`, which the entries of a list may.
 */
export function mapSplices(text: string, map: YAMLMap, changes: KeyChanges, mayGrow = false): readonly Splice[] {
  if (changes.size === 0) return [];
  return map.flow === true ? [flowSplice(text, map, changes, mayGrow)] : blockSplices(text, map, changes);
}

function flowSplice(text: string, map: YAMLMap, changes: KeyChanges, mayGrow: boolean): Splice {
  const place = { from: startOf(map), to: endOf(map) };
  const column = columnOf(text, place.from);
  const kept = pairsOf(map).flatMap((pair): readonly string[] => {
    const key = keyOf(pair);
    if (!changes.has(key)) return [text.slice(startOf(pair.key), endOfPair(pair))];
    const value = changes.get(key);
    return value === undefined ? [] : [`${text.slice(startOf(pair.key), endOf(pair.key))}: ${flowText(value)}`];
  });
  const added = addedEntries(map, changes);
  const line = `{ ${[...kept, ...added.map(([key, value]) => `${flowText(key)}: ${flowText(value)}`)].join(', ')} }`;
  if (!mayGrow || column + line.length <= LONGEST_LINE || text.slice(place.from, place.to).includes('\n')) return { ...place, text: line };
  const indent = ' '.repeat(column);
  return { ...place, text: [...kept, ...added.map(([key, value]) => keyText(key, value, indent))].join(`\n${indent}`) };
}

function blockSplices(text: string, map: YAMLMap, changes: KeyChanges): readonly Splice[] {
  const pairs = pairsOf(map);
  const first = pairs[0];
  if (first === undefined) return [];
  const indent = ' '.repeat(columnOf(text, startOf(first.key)));
  const splices = pairs.flatMap((pair, index): readonly Splice[] => {
    const key = keyOf(pair);
    if (!changes.has(key)) return [];
    const value = changes.get(key);
    if (value !== undefined) return [{ from: startOf(pair.key), to: endOfPair(pair), text: keyText(key, value, indent) }];
    const next = pairs[index + 1];
    // The first key of a list entry stands on the line of its dash.
    if (index === 0 && next !== undefined) return [{ from: startOf(pair.key), to: startOf(next.key), text: '' }];
    return [{ from: lineStart(text, startOf(pair.key)), to: lineEnd(text, endOfPair(pair)), text: '' }];
  });
  const added = addedEntries(map, changes);
  const last = pairs.at(-1);
  if (added.length === 0 || last === undefined) return splices;
  const place = lineEnd(text, endOfPair(last));
  const lineBreak = text.slice(0, place).endsWith('\n') ? '' : '\n';
  return [...splices, { from: place, to: place, text: lineBreak + added.map(([key, value]) => `${indent}${keyText(key, value, indent)}\n`).join('') }];
}

/** pairsOf is the entries of a mapping that are really there. */
export function pairsOf(map: YAMLMap): readonly Pair<Node, Node | null>[] {
  return (map.items as readonly unknown[]).filter((item): item is Pair<Node, Node | null> => isPair(item) && isNode(item.key));
}

/** keyOf is the name of an entry. */
export function keyOf(pair: Pair<Node, Node | null>): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

/** startOf is where a node begins; throws RangeError for one that was not read from a text. */
export function startOf(node: Node): number {
  if (node.range === undefined || node.range === null) throw new RangeError('the node has no place in the text');
  return node.range[0];
}

/** endOf is where the last thing of a node ends, without the line break and comments after it. */
export function endOf(node: Node): number {
  const own = node.range?.[1] ?? startOf(node);
  if (!isCollection(node) || node.flow === true) return own;
  const last: unknown = node.items.at(-1);
  if (isPair(last)) return endOfPair(last as Pair<Node, Node | null>);
  return isNode(last) ? endOf(last) : own;
}

function endOfPair(pair: Pair<Node, Node | null>): number {
  return pair.value === null || !isNode(pair.value) ? endOf(pair.key) : Math.max(endOf(pair.value), endOf(pair.key));
}

function addedEntries(map: YAMLMap, changes: KeyChanges): readonly (readonly [string, unknown])[] {
  const present = new Set(pairsOf(map).map(keyOf));
  return [...changes].filter(([key, value]) => !present.has(key) && value !== undefined);
}

/** isBlockMap tells a mapping whose keys stand on lines of their own. */
export function isBlockMap(node: unknown): node is YAMLMap {
  return isMap(node) && node.flow !== true;
}
