import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { waitForLock } from './file-lock.js';
import { LocalError, reasonOf } from './local-error.js';
import { type Fetch, TEMPORAL_CLI_VERSION, buildTemporal, downloadTemporal, removeDrafts } from './temporal-fetch.js';
import { checkTemporalBinary } from './temporal-version.js';

/** TemporalBinary is a Temporal CLI that has been run once to see that it works. */
export interface TemporalBinary {
  readonly path: string;
  /** First line of `temporal --version`. */
  readonly version: string;
}

/** TemporalBinaryOptions changes how the CLI is looked for. */
export interface TemporalBinaryOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Ways to get the CLI where it is not on this machine, in order. */
  readonly fetches?: Readonly<Record<string, Fetch>>;
}

const FETCHES: Readonly<Record<string, Fetch>> = {
  'download by the Temporal SDK': downloadTemporal,
  [`go install github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI_VERSION}`]: buildTemporal,
};

/** cachedTemporalPath gives where a downloaded or built Temporal CLI lies. */
export function cachedTemporalPath(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(cacheFolder(env), `temporal-cli-${TEMPORAL_CLI_VERSION}`, 'temporal');
}

/**
 * resolveTemporalBinary finds the Temporal CLI: the one `CROSSWALK_TEMPORAL_CLI` names, `temporal` on the PATH, the
 * cached one; or gets it into the cache by download or by building it. It throws a LocalError that lists every attempt,
 * and at once where `CROSSWALK_TEMPORAL_CLI` names something unusable: a wrong setting is not silently passed over.
 */
export async function resolveTemporalBinary(options: TemporalBinaryOptions = {}): Promise<TemporalBinary> {
  const { env = process.env, onProgress = () => undefined, signal, fetches = FETCHES } = options;
  const attempts: string[] = [];
  const found = chosen(env, attempts) ?? onPath(env, attempts) ?? cached(env, attempts);
  if (found !== undefined) return found;

  const target = cachedTemporalPath(env);
  const folder = path.dirname(target);
  makeFolder(folder);
  const lock = await waitForLock(
    path.join(folder, 'lock'),
    ({ pid }) => onProgress(`process ${pid} is getting the Temporal server; waiting for it`),
    signal,
  );
  try {
    // Whoever held the lock before may have just put it there.
    const meanwhile = cached(env, []);
    if (meanwhile !== undefined) return meanwhile;
    removeDrafts(folder);
    for (const [name, fetch] of Object.entries(fetches)) {
      const reason = await fetch({ target, env, onProgress, signal });
      const fetched = reason === undefined ? cached(env, []) : undefined;
      if (fetched !== undefined) return fetched;
      attempts.push(`${name}: ${reason ?? 'what it has made cannot be used'}`);
      onProgress(`no Temporal server by this way: ${attempts.at(-1)}`);
    }
  } finally {
    lock.release();
  }
  throw new LocalError(`The Temporal server's program was not found. Tried:\n${attempts.map((attempt) => `  - ${attempt}`).join('\n')}`, {
    where: target,
    todo:
      'Install the Temporal CLI (https://docs.temporal.io/cli) so that "temporal" is on the PATH, or set CROSSWALK_TEMPORAL_CLI to it, ' +
      'or install Go, or set TEMPORAL_ADDRESS to a server that runs already.',
  });
}

function chosen(env: NodeJS.ProcessEnv, attempts: string[]): TemporalBinary | undefined {
  const file = env['CROSSWALK_TEMPORAL_CLI'];
  if (file === undefined || file === '') {
    attempts.push('CROSSWALK_TEMPORAL_CLI: not set');
    return undefined;
  }
  const checked = checkTemporalBinary(path.resolve(file));
  if ('version' in checked) return { path: path.resolve(file), version: checked.version };
  throw new LocalError(`The program that CROSSWALK_TEMPORAL_CLI names ${checked.reason}.`, {
    where: path.resolve(file),
    todo: 'Set it to the path of the Temporal CLI, or unset it.',
  });
}

function onPath(env: NodeJS.ProcessEnv, attempts: string[]): TemporalBinary | undefined {
  // Absolute entries only: what a program of this name in the working folder does is anybody's guess.
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const file = folders.map((folder) => path.join(folder, 'temporal')).find(isExecutableFile);
  if (file === undefined) {
    attempts.push('temporal on the PATH: not found');
    return undefined;
  }
  return usable(file, 'temporal on the PATH', attempts);
}

function cached(env: NodeJS.ProcessEnv, attempts: string[]): TemporalBinary | undefined {
  const file = cachedTemporalPath(env);
  if (isExecutableFile(file)) return usable(file, 'cache', attempts);
  attempts.push(`cache: nothing at ${file}`);
  return undefined;
}

function usable(file: string, name: string, attempts: string[]): TemporalBinary | undefined {
  const checked = checkTemporalBinary(file);
  if ('version' in checked) return { path: file, version: checked.version };
  attempts.push(`${name}: ${file} ${checked.reason}`);
  return undefined;
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new LocalError(`The cache folder cannot be created: ${reasonOf(error)}`, {
      where: folder,
      todo: 'Set XDG_CACHE_HOME to a folder that can be written, or CROSSWALK_TEMPORAL_CLI to an installed Temporal CLI.',
      cause: error,
    });
  }
}
