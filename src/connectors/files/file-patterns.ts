import type { FileReadDefinition } from '../../contracts/files-definition.js';
import type { FolderEntry } from './folder.js';

/** FoundFile is a file that is complete, and whether it holds every record or only what changed. */
export interface FoundFile extends FolderEntry {
  readonly holds: 'everything' | 'changes';
}

/** matchesPattern says whether a name is one that a pattern stands for; `*` is any text. It takes time in proportion to the name. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}

/** completeFiles gives the files that are to be read and are written to their end, the oldest first. */
export function completeFiles(entries: readonly FolderEntry[], read: FileReadDefinition, nowMs: number): readonly FoundFile[] {
  const names = new Set(entries.map(({ name }) => name));
  const isComplete = ({ name, modifiedMs }: FolderEntry): boolean =>
    read.complete.by === 'marker' ? names.has(`${name}${read.complete.suffix}`) : nowMs - modifiedMs >= read.complete.forMs;
  const suffix = read.complete.by === 'marker' ? read.complete.suffix : undefined;
  return entries
    .filter(({ name }) => suffix === undefined || !name.endsWith(suffix))
    .flatMap((entry): FoundFile[] => {
      // Where a name fits both, it is the narrower claim that is believed: a file of changes removes nothing.
      const holds = read.changes !== undefined && matchesPattern(read.changes, entry.name) ? 'changes' : read.full !== undefined && matchesPattern(read.full, entry.name) ? 'everything' : undefined;
      return holds === undefined || !isComplete(entry) ? [] : [{ ...entry, holds }];
    })
    .toSorted(byAge);
}

/** byAge orders files by their time, and by name where that is the same. */
export function byAge(a: FolderEntry, b: FolderEntry): number {
  return a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
