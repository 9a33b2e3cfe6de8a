import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedTemporalPath, resolveTemporalBinary } from '../../../src/local/temporal-binary.js';
import type { Fetch } from '../../../src/local/temporal-fetch.js';
import { checkTemporalBinary } from '../../../src/local/temporal-version.js';

const GOOD = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
let base: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'crosswalk-binary-')));
  env = { PATH: path.join(base, 'bin'), XDG_CACHE_HOME: path.join(base, 'cache') };
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Writes a program that prints a line and ends with a code. */
function program(file: string, says = GOOD, code = 0): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}'\nexit ${code}\n`, { mode: 0o755 });
  return file;
}

const puts: Fetch = async ({ target }) => {
  program(target);
  return undefined;
};
const bringsRubbish: Fetch = async ({ target }) => {
  program(target, 'rubbish');
  return undefined;
};
const fails: Fetch = async () => 'no network';

describe('checkTemporalBinary', () => {
  test.each([
    [GOOD, 0, { version: GOOD }],
    ['temporal version 0.0.0-DEV (Server 1.28.0, UI 2.42.1)', 0, { version: expect.any(String) }],
    ['temporal version 3.0.0 (Server 2.1.0, UI 2.42.1)', 0, { version: expect.any(String) }],
    ['temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)', 0, { reason: 'is too old (Server 1.25, needs 1.28)' }],
    ['Temporal, a calendar, 2.0', 0, { reason: expect.stringMatching(/is not the Temporal CLI .*calendar/) }],
    ['', 0, { reason: expect.stringMatching(/is not the Temporal CLI/) }],
    [GOOD, 2, { reason: expect.stringMatching(/ended with 2/) }],
  ])('of a program that says %j and ends with %i', (says, code, expected) => {
    expect(checkTemporalBinary(program(path.join(base, 'temporal'), says, code))).toEqual(expected);
  });

  test('of no program', () => {
    expect(checkTemporalBinary(path.join(base, 'nothing'))).toEqual({ reason: expect.stringMatching(/cannot be run .*ENOENT/) });
  });
});

describe('resolveTemporalBinary', () => {
  test('prefers the chosen one, then the PATH, then the cache, then what it can fetch', async () => {
    const resolved = async (extra: NodeJS.ProcessEnv = {}): Promise<string> => (await resolveTemporalBinary({ env: { ...env, ...extra }, fetches: { download: puts } })).path;
    const cached = cachedTemporalPath(env);
    expect(existsSync(cached)).toBe(false);
    expect(await resolved()).toBe(cached);
    expect(await resolved()).toBe(cached);
    const onPath = program(path.join(base, 'bin', 'temporal'));
    expect(await resolved()).toBe(onPath);
    const chosen = program(path.join(base, 'mine'));
    expect(await resolved({ CROSSWALK_TEMPORAL_CLI: chosen })).toBe(chosen);
  });

  test('passes over an unusable one on the PATH and in the cache', async () => {
    program(path.join(base, 'bin', 'temporal'), 'another program');
    program(cachedTemporalPath(env), GOOD, 1);
    const { path: found } = await resolveTemporalBinary({ env, fetches: { download: puts } });
    expect(found).toBe(cachedTemporalPath(env));
  });

  test('looks in no relative folder of the PATH', async () => {
    program(path.join(base, 'here', 'temporal'));
    const relative = path.relative(process.cwd(), path.join(base, 'here'));
    await expect(resolveTemporalBinary({ env: { ...env, PATH: relative }, fetches: {} })).rejects.toThrow(/on the PATH: not found/);
  });

  test('does not pass over a chosen one that is unusable', async () => {
    program(path.join(base, 'bin', 'temporal'));
    await expect(resolveTemporalBinary({ env: { ...env, CROSSWALK_TEMPORAL_CLI: '/nowhere/temporal' }, fetches: { download: puts } })).rejects.toThrow(
      /CROSSWALK_TEMPORAL_CLI[^]*where: \/nowhere\/temporal[^]*what to do:/,
    );
  });

  test('lists every attempt when all fail, and says what to do', async () => {
    program(path.join(base, 'bin', 'temporal'), 'temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)');
    const progress: string[] = [];
    const failure = resolveTemporalBinary({ env, fetches: { download: fails, build: async () => 'go is not on the PATH' }, onProgress: (message) => progress.push(message) });
    await expect(failure).rejects.toThrow(
      /- CROSSWALK_TEMPORAL_CLI: not set\n.*on the PATH: .*too old.*\n.*cache: nothing at .*\n.*download: no network\n.*build: go is not on the PATH\n[^]*what to do: Install the Temporal CLI/,
    );
    expect(progress).toEqual([expect.stringContaining('no network'), expect.stringContaining('go is not on the PATH')]);
  });

  test('goes on to the next way when one fails or brings something unusable', async () => {
    const { version } = await resolveTemporalBinary({ env, fetches: { first: fails, second: bringsRubbish, third: puts } });
    expect(version).toBe(GOOD);
  });

  test('fetches once for two starters, and removes what killed ones have left', async () => {
    const folder = path.dirname(cachedTemporalPath(env));
    mkdirSync(path.join(folder, 'draft-of-a-killed-build'), { recursive: true });
    let fetched = 0;
    const once: Fetch = async (request) => {
      fetched += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return puts(request);
    };
    const told: string[] = [];
    const start = (): Promise<unknown> => resolveTemporalBinary({ env, fetches: { once }, onProgress: (message) => told.push(message) });
    await Promise.all([start(), start()]);
    expect(fetched).toBe(1);
    expect(told).toEqual([expect.stringMatching(/is getting the Temporal server; waiting for it/)]);
    expect(readdirSync(folder)).toEqual(['temporal']);
  });
});
