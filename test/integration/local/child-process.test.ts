import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChildOptions, type ManagedChild, startChild } from '../../../src/local/child-process.js';
import { findServers, isAlive } from '../../../src/local/process-table.js';
import { startStarter, untilDead } from '../../support/starter-process.js';

const TIMEOUT = 60_000;
const script = (name: string): string => fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));
let folder: string;
let logFile: string;
const running: ManagedChild[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'crosswalk-child-')));
  logFile = path.join(folder, 'child.log');
});

afterEach(async () => {
  for (const child of running.splice(0)) await child.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT);

async function start(name: string, options: Partial<ChildOptions> = {}): Promise<{ child: ManagedChild; progress: string[] }> {
  const progress: string[] = [];
  const child = await startChild({ name: 'worker', script: script(name), logFile, graceMs: 5_000, onProgress: (message) => progress.push(message), ...options });
  running.push(child);
  return { child, progress };
}

/** Starts a child that tells of each readiness; the n-th element of the result resolves at the n-th. */
function readiness(count: number): { onReady: () => void; times: Promise<void>[] } {
  const resolvers: (() => void)[] = [];
  const times = Array.from({ length: count }, () => new Promise<void>((resolve) => resolvers.push(resolve)));
  return { onReady: () => resolvers.shift()?.(), times };
}

describe('a child process', () => {
  test('gives its ready line, and all other lines go to a log that only its owner can read', async () => {
    const { child } = await start('steady', { args: ['blue'] });
    expect(child.ready()).toEqual({ ready: true, mark: 'blue', pid: child.pid() });
    await child.stop();
    await child.ended;
    expect(isAlive(child.pid())).toBe(false);
    expect(readFileSync(logFile, 'utf8')).toBe('an ordinary line\n{"level":"info"}\nended in order, mark blue\n');
    expect(statSync(logFile).mode & 0o777).toBe(0o600);
  }, TIMEOUT);

  test('that ignores SIGTERM is killed after the grace time', async () => {
    const { child } = await start('deaf', { graceMs: 200 });
    await child.stop();
    expect(isAlive(child.pid())).toBe(false);
  }, TIMEOUT);

  test('ends when the process that started it is killed', async () => {
    const starter = await startStarter(path.join(folder, 'state'), `child:${script('steady')}`);
    expect(isAlive(starter.child ?? 0)).toBe(true);
    await starter.kill('SIGKILL');
    await untilDead(starter.child ?? 0);
  }, TIMEOUT);
});

describe('a first start that fails', () => {
  test('throws what the child said when it ends before it is ready', async () => {
    await expect(start('broken')).rejects.toThrow(/worker ended with exit code 1:\nthe configuration is missing\n {2}where: .*child\.log\n {2}what to do:/);
  }, TIMEOUT);

  test('throws when it is not ready in time, and the child is gone', async () => {
    await expect(start('silent', { readyWithinMs: 500 })).rejects.toThrow(/worker was not ready in 0\.5 s/);
    expect(findServers([script('silent')])).toEqual([]);
  }, TIMEOUT);
});

describe('a child that ends by itself', () => {
  test('is started again', async () => {
    const { onReady, times } = readiness(2);
    const { child, progress } = await start('steady', { onReady, restart: { delaysMs: [10], steadyAfterMs: 60_000 } });
    const first = child.pid();
    process.kill(first, 'SIGKILL');
    await times[1];
    expect(child.pid()).not.toBe(first);
    expect(isAlive(child.pid())).toBe(true);
    expect(progress[0]).toMatch(/the worker was ended by SIGKILL; starting it again in 0\.01 s/);
  }, TIMEOUT);

  test('is started again after failed starts too, each after its own pause', async () => {
    const { onReady, times } = readiness(2);
    const options = { args: [path.join(folder, 'starts')], onReady, restart: { delaysMs: [10, 20, 30, 40], steadyAfterMs: 60_000 } };
    const { child, progress } = await start('broken-later', options);
    process.kill(child.pid(), 'SIGKILL');
    await times[1];
    expect(child.ready()).toEqual({ ready: true, starts: 4 });
    expect(progress.map((message) => /again in ([\d.]+) s/.exec(message)?.[1]).filter((delay) => delay !== undefined)).toEqual(['0.01', '0.02', '0.03']);
  }, TIMEOUT);

  test('is left alone where no restart is wanted', async () => {
    const { child, progress } = await start('steady', { restart: 'never' });
    process.kill(child.pid(), 'SIGKILL');
    await child.ended;
    expect(progress).toEqual([`the worker was ended by SIGKILL; see ${logFile}`]);
  }, TIMEOUT);

  test('can be stopped in the pause before its next start', async () => {
    const { child } = await start('steady', { restart: { delaysMs: [60_000], steadyAfterMs: 60_000 } });
    process.kill(child.pid(), 'SIGKILL');
    await untilDead(child.pid());
    await child.stop();
    await child.ended;
  }, TIMEOUT);
});
