import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DefinitionSource } from './definition-source.js';
import { compareFindings, type Finding } from './finding.js';
import { parseDefinitions } from './parse-definitions.js';

/** LoadLimits caps what is read from a folder of definitions. */
export interface LoadLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxDepth: number;
}

/** defaultLoadLimits is generous for definitions that people write. */
export const defaultLoadLimits: LoadLimits = { maxFiles: 1_000, maxFileBytes: 1_048_576, maxDepth: 8 };

/** LoadedFolder is what stands in a folder of definitions; findings are about what could not be read. */
export interface LoadedFolder {
  readonly sources: readonly DefinitionSource[];
  readonly findings: readonly Finding[];
}

/**
 * loadFolder reads every *.yaml and *.yml file of a folder and the folders in it, in the order of their names. Hidden
 * entries and node_modules are left out, and links to folders are not followed. It never throws for what it finds: findings say it.
 */
export async function loadFolder(folder: string, limits: LoadLimits = defaultLoadLimits): Promise<LoadedFolder> {
  const findings: Finding[] = [];
  const note = (file: string, type: Finding['type'], message: string): void => {
    findings.push({ file, line: 1, column: 1, level: 'error', type, message });
  };
  const files = await listFiles(folder, limits, note);
  if (files.length > limits.maxFiles) {
    note(folder, 'too-many-files', `the folder holds ${files.length} definition files; at most ${limits.maxFiles} are read`);
  }
  const sources: DefinitionSource[] = [];
  for (const file of files.slice(0, limits.maxFiles)) {
    const text = await readText(file, limits, note);
    if (text === undefined) continue;
    const parsed = parseDefinitions(file, text);
    sources.push(...parsed.sources);
    findings.push(...parsed.findings);
  }
  return { sources, findings: findings.toSorted(compareFindings) };
}

type Note = (file: string, type: Finding['type'], message: string) => void;

async function listFiles(folder: string, limits: LoadLimits, note: Note, depth = 0): Promise<readonly string[]> {
  if (depth > limits.maxDepth) {
    note(folder, 'unreadable-file', `folders are nested more than ${limits.maxDepth} deep; this one is left out`);
    return [];
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    note(folder, 'unreadable-file', `the folder cannot be read (${codeOf(error)})`);
    return [];
  });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await listFiles(path, limits, note, depth + 1)));
    else if (/\.ya?ml$/i.test(entry.name)) files.push(path);
  }
  return files;
}

async function readText(file: string, limits: LoadLimits, note: Note): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > limits.maxFileBytes) {
      note(file, 'file-too-large', `the file has ${size} bytes; definitions have at most ${limits.maxFileBytes}`);
      return undefined;
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    note(file, 'unreadable-file', error instanceof TypeError ? 'the file is not UTF-8 text' : `the file cannot be read (${codeOf(error)})`);
    return undefined;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'unknown reason';
  return error.code === 'ENOENT' ? 'it does not exist' : String(error.code);
}
