import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBackgroundCommand } from '../../src/local/background-command.js';
import { cacheFolder } from '../../src/local/cache-folder.js';
import { choosePort } from '../../src/local/ports.js';

/** MOTO_VERSION is the release of moto, a stand-in for the services of AWS, that is installed from PyPI. */
export const MOTO_VERSION = '5.2.5';

const INSTALL_LIMIT_MS = 5 * 60_000;

/** MotoServer is a running moto. */
export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * startMotoServer starts the `moto_server` that `CROSSWALK_TEST_MOTO` names, the one in the cache, or installs it there
 * into a Python environment of its own (once, about a minute); gives why where there is none.
 */
export async function startMotoServer(onProgress: (message: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<MotoServer | { readonly missing: string }> {
  const program = await resolveMoto(onProgress, env);
  if (typeof program !== 'string') return program;
  const port = await choosePort(5_555);
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 150; tries += 1) {
    if (child.exitCode !== null) return { missing: `moto_server ended with exit code ${child.exitCode}` };
    if ((await fetch(`${url}/moto-api/`).catch(() => undefined))?.ok === true) return { url, stop: () => ended(child) };
    await sleep(200);
  }
  await ended(child);
  return { missing: 'moto_server did not answer within 30 s' };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGKILL');
  await exited;
}

async function resolveMoto(onProgress: (message: string) => void, env: NodeJS.ProcessEnv): Promise<string | { readonly missing: string }> {
  const named = env['CROSSWALK_TEST_MOTO'];
  if (named !== undefined && named !== '') return isProgram(named) ? path.resolve(named) : { missing: `${named}, which CROSSWALK_TEST_MOTO names, not found` };
  const folder = path.join(cacheFolder(env), `moto-${MOTO_VERSION}`);
  const program = path.join(folder, 'bin', 'moto_server');
  if (isProgram(program)) return program;
  onProgress(`installing moto ${MOTO_VERSION} with pip; this is done once and takes about a minute`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  const run = (file: string, ...args: string[]): Promise<string | undefined> => runBackgroundCommand({ program: file, args, cwd: draft, env, limitMs: INSTALL_LIMIT_MS, onLine: () => undefined });
  try {
    // Scripts of an environment hold its path, so it is made where it stays.
    rmSync(folder, { recursive: true, force: true });
    const reason = (await run('python3', '-m', 'venv', folder)) ?? (await run(path.join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', `moto[server,secretsmanager]==${MOTO_VERSION}`));
    return reason === undefined && isProgram(program) ? program : { missing: `moto_server not found: nothing at ${program}, and its installation failed: ${reason ?? 'no program'}` };
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
