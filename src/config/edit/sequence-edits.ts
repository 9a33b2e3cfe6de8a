import { isAlias, isMap, isNode, type Node, type YAMLSeq } from 'yaml';
import { flowText, keyText, LONGEST_LINE } from './flow-text.js';
import { endOf, mapSplices, startOf, type KeyChanges } from './map-edits.js';
import { applySplices, columnOf, lineEnd, lineStart, type Splice } from './text-splices.js';

/** EntryEdit is an entry of a list as it is to be: one that is there, with changed keys, or a new one. */
export type EntryEdit =
  | { readonly kind: 'kept'; readonly position: number; readonly changes: KeyChanges; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'new'; readonly value: Readonly<Record<string, unknown>> };

/** sequenceSplice rewrites a YAML list of mappings: entries move with the comments above them, and keep their text where nothing changes. */
export function sequenceSplice(text: string, { list, key }: { readonly list: YAMLSeq; readonly key: Node }, edits: readonly EntryEdit[]): Splice {
  const nodes = list.items.filter((item): item is Node => isNode(item));
  const first = nodes[0];
  if (list.flow === true || first === undefined || nodes.length !== list.items.length) {
    return { from: startOf(list), to: endOf(list), text: flowText(edits.map(({ value }) => value)) };
  }
  const ends = nodes.map((node) => chunkEnd(text, endOf(node)));
  const indent = ' '.repeat(columnOf(text, dashBefore(text, first)));
  const begin = beginOfEntries(text, endOf(key), lineStart(text, dashBefore(text, first)));
  const chunks = edits.map((edit) => {
    if (edit.kind === 'new') return newEntry(edit.value, indent);
    const node = nodes[edit.position];
    // What stands between two entries belongs to the one below it.
    const from = edit.position === 0 ? begin : (ends[edit.position - 1] ?? begin);
    const to = ends[edit.position] ?? from;
    if (node === undefined) return newEntry(edit.value, indent);
    const splices = entrySplices(text, node, edit);
    const shifted = splices.map((splice) => ({ ...splice, from: splice.from - from, to: splice.to - from }));
    return withLineBreak(applySplices(text.slice(from, to), shifted));
  });
  return { from: begin, to: ends.at(-1) ?? begin, text: chunks.join('') };
}

/** Comments right above the first entry belong to it; what a blank line divides from it is about the whole list. */
function beginOfEntries(text: string, key: number, dash: number): number {
  const between = lineEnd(text, key);
  if (between > dash) return dash;
  const blank = [...text.slice(between, dash).matchAll(/^[ \t]*\n/gm)].at(-1);
  return blank === undefined ? between : between + blank.index + blank[0].length;
}

function entrySplices(text: string, node: Node, { changes, value }: Extract<EntryEdit, { readonly kind: 'kept' }>): readonly Splice[] {
  if (changes.size === 0) return [];
  // What an alias stands for is used elsewhere too.
  if (isAlias(node) || !isMap(node)) return [{ from: startOf(node), to: endOf(node), text: flowText(value) }];
  return mapSplices(text, node, changes, true);
}

function newEntry(value: Readonly<Record<string, unknown>>, indent: string): string {
  const flow = flowText(value);
  if (indent.length + flow.length + 2 <= LONGEST_LINE) return `${indent}- ${flow}\n`;
  const lines = Object.entries(value).map(([key, part]) => keyText(key, part, `${indent}  `));
  return `${indent}- ${lines.join(`\n${indent}  `)}\n`;
}

function dashBefore(text: string, node: Node): number {
  return Math.max(text.lastIndexOf('-', startOf(node) - 1), 0);
}

/** A block scalar ends with its line break, everything else before it. */
function chunkEnd(text: string, end: number): number {
  return text.charAt(end - 1) === '\n' ? end : lineEnd(text, end);
}

function withLineBreak(chunk: string): string {
  return chunk.endsWith('\n') ? chunk : `${chunk}\n`;
}
