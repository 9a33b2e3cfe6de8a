import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter, type Node, type Pair } from 'yaml';
import type { DefinitionPath, Place, Position } from './definition-source.js';

/** locator gives a function that finds the place of a path in a YAML document, or of the nearest part of it that is there. */
export function locator(document: Document, text: string, lines: LineCounter): (path: DefinitionPath, place?: Place) => Position {
  return (path, place = {}) => {
    const { line, col } = lines.linePos(offsetOf(document, text, path, place));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

function offsetOf(document: Document, text: string, path: DefinitionPath, place: Place): number {
  let node: Node | null = isNode(document.contents) ? document.contents : null;
  let key: Node | null = null;
  for (const step of path) {
    const entry = entryOf(resolved(node, document), step);
    // What is missing is shown at the thing it is missing from.
    if (entry === undefined) return start(key) ?? start(node) ?? 0;
    key = entry.key;
    node = entry.value;
  }
  if (place.part === 'key') return start(key) ?? start(node) ?? 0;
  return start(node, text, place.offset) ?? start(key) ?? 0;
}

function entryOf(node: Node | null, step: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = (node.items as readonly Pair[]).find((item) => isPair(item) && keyText(item.key) === String(step));
    return pair === undefined ? undefined : { key: nodeOf(pair.key), value: nodeOf(pair.value) };
  }
  if (isSeq(node) && typeof step === 'number' && step in node.items) return { key: null, value: nodeOf(node.items[step]) };
  return undefined;
}

function resolved(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Where a node begins; with an offset, the place in its text where the text stands in the file as it is. */
function start(node: Node | null, text?: string, offset = 0): number | undefined {
  if (node?.range === undefined || node.range === null) return undefined;
  const [from] = node.range;
  if (text === undefined || offset === 0 || !isScalar(node) || typeof node.value !== 'string') return from;
  const quoted = /^["']/.test(text.slice(from, from + 1)) ? 1 : 0;
  // Escapes and folded lines move characters; then only the beginning is certain.
  return text.startsWith(node.value, from + quoted) ? from + quoted + offset : from;
}
