import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { corePattern, DumpFiles, dumpLimits, processTree } from '../../support/dump-files.js';

// Row 18 of the security matrix: what a crash leaves behind.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const isLinux = process.platform === 'linux';
/** Where a dump is a file, it can be looked into. */
const isFile = isLinux && !corePattern().startsWith('|');
let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-dumps-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

/** A process that may leave dumps of any size, as one that was started by hand. */
function byHand(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('/bin/sh', ['-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"', process.execPath, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

const ended = (child: ChildProcess): Promise<NodeJS.Signals | null> => new Promise((resolve) => { child.once('exit', (_code, signal) => { resolve(signal); }); });

describe.skipIf(!isFile)('a process that holds a secret and crashes', () => {
  /** Crashes with the canary in memory and in the environment; gives how often a dump holds it. */
  async function crashed(isProtected: boolean, env: NodeJS.ProcessEnv = {}): Promise<{ readonly dumps: number; readonly canaries: number }> {
    const canary = `canaryDump${randomBytes(12).toString('hex')}`;
    const script = path.join(folder, 'crash.mjs');
    writeFileSync(script, [
      ...(isProtected ? [`import { preventCoreDumps } from ${JSON.stringify(path.join(root, 'dist/src/log/core-dumps.js'))};`, 'preventCoreDumps(console);'] : []),
      'globalThis.held = Buffer.from(process.env.CANARY.repeat(100));', "process.kill(process.pid, 'SIGABRT');", 'setTimeout(() => undefined, 10_000);',
    ].join('\n'));
    const dumps = new DumpFiles(folder);
    expect(await ended(byHand([script], { PATH: process.env['PATH'], ...env, CANARY: canary }))).toBe('SIGABRT');
    const found = dumps.found();
    return { dumps: found.length, canaries: found.filter((file) => readFileSync(file, 'latin1').includes(canary)).length };
  }

  test('leaves no dump', async () => {
    expect(await crashed(true)).toEqual({ dumps: 0, canaries: 0 });
  });

  test('leaves one without its memory where the limit cannot be set, and one with its memory where nothing is done', async () => {
    // So that it is seen that the search finds what there is.
    const { canaries: without, dumps } = await crashed(false);
    expect(without).toBe(dumps);
    expect((await crashed(true, { PATH: '/nowhere' })).canaries).toBe(0);
  });
});

test.skipIf(!isLinux)('everything that npm start starts leaves no dump, and neither does it itself', async () => {
  const canary = `canaryStart${randomBytes(12).toString('hex')}`;
  const home = path.join(folder, 'home');
  const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _temporal, ...env } = process.env;
  const starter = byHand([path.join(root, 'bin/crosswalk.js'), 'start', path.join(root, 'examples/sandbox')], { ...env, CROSSWALK_HOME: home, CANARY: canary });
  let said = '';
  starter.stderr?.on('data', (part: Buffer) => { said += part.toString(); });
  const end = ended(starter);
  try {
    await expect.poll(() => said, { timeout: 240_000, interval: 500 }).toMatch(/Crosswalk is running|error/);
    expect(said).toContain('Crosswalk is running');
    const dumps = new DumpFiles(folder, home, path.join(home, 'logs'), root);
    const tree = processTree(starter.pid ?? 0);
    const words = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const named = (part: string): readonly number[] => tree.filter((pid) => words(pid).includes(part));
    expect([named('workers/main.js').length, named('ingress/process.js').length, named('postgres').length > 0, named('temporal').length > 0]).toEqual([1, 1, true, true]);
    expect(tree.map((pid) => [dumpLimits(pid), words(pid)] as const).filter(([{ limits, memory }]) => limits !== '0 0' || memory !== '00000000')).toEqual([]);
    for (const [pid, signal] of [[named('workers/main.js')[0], 'SIGSEGV'], [named('ingress/process.js')[0], 'SIGABRT'], [starter.pid, 'SIGSEGV']] as const) process.kill(pid ?? 0, signal);
    expect(await end).toBe('SIGSEGV');
    // What it started ends after it.
    await expect.poll(() => tree.filter((pid) => { try { process.kill(pid, 0); return true; } catch { return false; } }), { timeout: 60_000, interval: 500 }).toEqual([]);
    expect(dumps.found()).toEqual([]);
  } finally {
    starter.kill('SIGTERM');
    await Promise.race([end, sleep(20_000)]);
  }
}, 360_000);
