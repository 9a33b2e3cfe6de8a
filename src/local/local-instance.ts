import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isObject, parseObject } from './json-object.js';
import { LocalError, codeOf } from './local-error.js';
import { type ClaimedStateFolder, knownStateFolder, runningProcess, stateFolderPath } from './state-folder.js';

/**
 * LocalInstance is what a running local instance says about itself in `local.json`, so that commands in another
 * terminal find it. Parts that have not started yet are absent.
 */
export interface LocalInstance {
  /** Process that claimed the state folder. */
  readonly pid: number;
  /** ISO 8601 time. */
  readonly startedAt: string;
  /** Connection URL with the password. */
  readonly databaseUrl?: string;
  /** `host:port` of the Temporal frontend. */
  readonly temporalAddress?: string;
  readonly temporalUiUrl?: string;
  readonly namespace?: string;
  readonly sandboxUrl?: string;
  readonly apiUrl?: string;
  readonly consoleUrl?: string;
  /** Process ids by name, such as `postgres`, `temporal`, `worker`. */
  readonly pids?: Readonly<Record<string, number>>;
}

/** writeLocalInstance replaces `local.json` in one step; only its owner can read it. */
export function writeLocalInstance(folder: ClaimedStateFolder, instance: LocalInstance): void {
  const draft = `${folder.instanceFile}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(instance, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, folder.instanceFile);
}

/**
 * readLocalInstance gives the running instance of a state folder, or undefined when none runs: what a killed instance
 * has left in the file does not count. It throws a LocalError for a file that cannot be read or understood.
 */
export function readLocalInstance(folder: string = stateFolderPath()): LocalInstance | undefined {
  const known = knownStateFolder(folder);
  const holder = known === undefined ? undefined : runningProcess(known);
  if (known === undefined || holder === undefined) return undefined;
  try {
    const instance = parseInstance(readFileSync(known.instanceFile, 'utf8'));
    return instance.pid === holder.pid ? instance : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LocalError('The description of the running instance cannot be read.', {
      where: known.instanceFile,
      todo: 'Run the command as the user who started the instance; if that is so already, start the instance again.',
      cause: error,
    });
  }
}

const TEXTS = ['databaseUrl', 'temporalAddress', 'temporalUiUrl', 'namespace', 'sandboxUrl', 'apiUrl', 'consoleUrl'] as const;

function parseInstance(text: string): LocalInstance {
  const found = parseObject(text);
  const { pid, startedAt, pids } = found;
  if (typeof pid !== 'number' || typeof startedAt !== 'string') throw new TypeError('"pid" and "startedAt" are missing');
  const texts: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const name of TEXTS) {
    const value = found[name];
    if (typeof value === 'string') texts[name] = value;
    else if (value !== undefined) throw new TypeError(`"${name}" is not text`);
  }
  return { pid, startedAt, ...texts, ...(isNumbers(pids) ? { pids } : {}) };
}

function isNumbers(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'number');
}
