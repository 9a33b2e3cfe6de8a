import { readFile } from 'node:fs/promises';
import type { DefinitionSource } from '../../config/definition-source.js';

/** authorTexts reads what the authors wrote of each definition; a file with several is divided at their first lines. */
export async function authorTexts(sources: readonly DefinitionSource[]): Promise<Map<DefinitionSource, string>> {
  const files = new Map<string, string>();
  for (const file of new Set(sources.map((source) => source.file))) files.set(file, await readFile(file, 'utf8'));
  return new Map(sources.map((source) => [source, authorText(source, sources, files.get(source.file) ?? '')]));
}

/** authorText is the part of a file's text that one of its definitions is written in. */
export function authorText(source: DefinitionSource, sources: readonly DefinitionSource[], text: string): string {
  const inFile = sources.filter((other) => other.file === source.file).toSorted((a, b) => firstLine(a) - firstLine(b));
  const lines = text.split(/\r?\n/);
  // What stands between two definitions belongs to the one that follows its `---`.
  const starts = inFile.map((other, index) => (index === 0 ? 0 : separatorBefore(lines, firstLine(other) - 1) + 1));
  const position = inFile.indexOf(source);
  const end = starts[position + 1];
  const own = lines.slice(starts[position] ?? 0, end === undefined ? undefined : end - 1);
  return `${own.join('\n').trimEnd()}\n`;
}

function firstLine(source: DefinitionSource): number {
  return source.locate([]).line;
}

function separatorBefore(lines: readonly string[], index: number): number {
  return lines.slice(0, index + 1).findLastIndex((line) => /^---(\s|$)/.test(line));
}
