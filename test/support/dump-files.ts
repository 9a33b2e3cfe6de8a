import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** DumpFiles is the core files that are left behind in some folders from now on, and where the kernel's core_pattern points. */
export class DumpFiles {
  private readonly folders: readonly string[];
  private readonly before: ReadonlySet<string>;

  constructor(...folders: readonly string[]) {
    const pattern = corePattern();
    this.folders = [...new Set([...folders, ...(pattern.startsWith('/') ? [path.dirname(pattern)] : [])])];
    this.before = new Set(this.files());
  }

  /** found gives those that have come since. */
  found(): readonly string[] {
    return this.files().filter((file) => !this.before.has(file));
  }

  private files(): readonly string[] {
    return this.folders.flatMap((folder) => readdirSync(folder).filter((name) => /core/.test(name)).map((name) => path.join(folder, name)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true));
  }
}

/** corePattern says what the kernel makes of a dump: the name of a file, a path, or `|` and a program. */
export function corePattern(): string {
  return readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
}

/** dumpLimits gives what a process would leave behind: its soft and hard limit, and which memory. */
export function dumpLimits(pid: number): { readonly limits: string; readonly memory: string } {
  const [, soft = '', hard = ''] = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? [];
  return { limits: `${soft} ${hard}`, memory: readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim() };
}

/** processTree gives the ids of a process and of all that came of it. */
export function processTree(root: number): readonly number[] {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name): [number, number][] => {
    try {
      return [[Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])]];
    } catch {
      // It has ended in the meantime.
      return [];
    }
  }));
  const found = [root];
  for (const parent of found) for (const [pid, its] of parents) if (its === parent && !found.includes(pid)) found.push(pid);
  return found;
}
