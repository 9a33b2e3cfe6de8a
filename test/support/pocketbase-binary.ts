import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runBackgroundCommand } from '../../src/local/background-command.js';
import { cacheFolder } from '../../src/local/cache-folder.js';

/** POCKETBASE_VERSION is the release that is built; later ones want a newer Go. */
export const POCKETBASE_VERSION = 'v0.39.9';

const BUILD_LIMIT_MS = 10 * 60_000;

/** PocketBaseBinary is where the program lies, or why there is none. */
export type PocketBaseBinary = { readonly file: string } | { readonly missing: string };

/**
 * resolvePocketBase gives the PocketBase that `CROSSWALK_TEST_POCKETBASE` names, the one in the cache, or builds it there
 * with Go (a minute or two, once).
 */
export async function resolvePocketBase(onProgress: (message: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<PocketBaseBinary> {
  const named = env['CROSSWALK_TEST_POCKETBASE'];
  if (named !== undefined && named !== '') return isProgram(named) ? { file: path.resolve(named) } : { missing: `${named}, which CROSSWALK_TEST_POCKETBASE names, not found` };
  const file = path.join(cacheFolder(env), `pocketbase-${POCKETBASE_VERSION}`, 'pocketbase');
  if (isProgram(file)) return { file };
  onProgress(`building PocketBase ${POCKETBASE_VERSION} with Go; this is done once and takes a minute or two`);
  const reason = await build(file, env);
  return reason === undefined ? { file } : { missing: `PocketBase not found: nothing at ${file}, and "go install" ${reason}` };
}

async function build(file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(path.join(folder, 'draft-'));
  try {
    let last = '';
    const reason = await runBackgroundCommand({
      program: 'go',
      args: ['install', '-ldflags=-s -w', `github.com/pocketbase/pocketbase/examples/base@${POCKETBASE_VERSION}`],
      cwd: draft,
      env: { ...env, GOBIN: draft },
      limitMs: BUILD_LIMIT_MS,
      onLine: (line) => { last = line; },
    });
    if (reason !== undefined) return `failed: ${reason}${last === '' ? '' : ` (${last})`}`;
    // Renamed when it is complete, so that whoever finds the file can run it.
    renameSync(path.join(draft, 'base'), file);
    return undefined;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
