import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalInstance, readLocalInstance, writeLocalInstance } from '../../../src/local/local-instance.js';
import { claimStateFolder, emptyStateFolder, knownStateFolder, openStateFolder, runningProcess, stateFolderPath } from '../../../src/local/state-folder.js';

let base: string;
let folder: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'crosswalk-state-')));
  folder = path.join(base, 'state');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

const mode = (file: string): number => statSync(file).mode & 0o777;

describe('stateFolderPath', () => {
  const checkout = fileURLToPath(new URL('../../..', import.meta.url));
  test.each([
    [{}, path.join(checkout, '.crosswalk')],
    [{ CROSSWALK_HOME: '' }, path.join(checkout, '.crosswalk')],
    [{ CROSSWALK_HOME: '/srv/crosswalk' }, '/srv/crosswalk'],
    [{ CROSSWALK_HOME: 'here' }, path.resolve('here')],
  ])('with %j is %s', (env, expected) => {
    expect(stateFolderPath(env)).toBe(expected);
  });
});

describe('openStateFolder', () => {
  test('creates the folder and its parts, closed to others but for passing through as root', () => {
    const paths = openStateFolder(folder);
    expect([paths.logs, paths.temporal].map(mode)).toEqual([0o700, 0o700]);
    expect(mode(paths.root)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    expect(knownStateFolder(folder)).toEqual(paths);
  });

  test('opens a folder of its own again', () => {
    openStateFolder(folder);
    writeFileSync(path.join(folder, 'something'), 'kept');
    openStateFolder(folder);
    expect(existsSync(path.join(folder, 'something'))).toBe(true);
  });

  test.each([
    ['a folder that holds something else', () => {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'thesis.doc'), '');
    }, /holds something else[^]*where: .*state[^]*what to do: Set CROSSWALK_HOME/],
    ['a file', () => writeFileSync(folder, ''), /EEXIST[^]*what to do:/],
  ])('refuses %s', (_, prepare, message) => {
    prepare();
    expect(() => openStateFolder(folder)).toThrow(message);
  });

  test('knows no folder that does not exist, and does not create it', () => {
    expect(knownStateFolder(folder)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('claimStateFolder', () => {
  test('lets one in at a time', () => {
    const opened = openStateFolder(folder);
    const claimed = claimStateFolder(opened);
    expect(runningProcess(opened)?.pid).toBe(process.pid);
    expect(() => claimStateFolder(opened)).toThrow(new RegExp(`running \\(process ${process.pid}, since 20[^]*what to do: Stop it`));
    claimed.release();
    expect(runningProcess(opened)).toBeUndefined();
    claimStateFolder(opened).release();
  });
});

describe('local.json', () => {
  const instance: LocalInstance = {
    pid: process.pid,
    startedAt: '2026-11-23T12:00:00.000Z',
    databaseUrl: 'postgresql://crosswalk:secret@127.0.0.1:54329/crosswalk',
    temporalAddress: '127.0.0.1:7233',
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
    sandboxUrl: 'http://127.0.0.1:4100',
    apiUrl: 'http://127.0.0.1:4000',
    pids: { postgres: 11, temporal: 12 },
  };

  test('is found while the instance runs, is readable by its owner only, and is gone afterwards', () => {
    const claimed = claimStateFolder(openStateFolder(folder));
    expect(readLocalInstance(folder)).toBeUndefined();
    writeLocalInstance(claimed, { pid: process.pid, startedAt: instance.startedAt });
    writeLocalInstance(claimed, instance);
    expect(readLocalInstance(folder)).toEqual(instance);
    expect(mode(claimed.instanceFile)).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('local.json'))).toEqual(['local.json']);
    claimed.release();
    expect(readLocalInstance(folder)).toBeUndefined();
    expect(existsSync(claimed.instanceFile)).toBe(false);
  });

  test('that a killed instance has left does not count', () => {
    const claimed = claimStateFolder(openStateFolder(folder));
    writeLocalInstance(claimed, { ...instance, pid: process.pid + 1 });
    expect(readLocalInstance(folder)).toBeUndefined();
    claimed.release();
    writeFileSync(claimed.instanceFile, JSON.stringify(instance));
    expect(readLocalInstance(folder)).toBeUndefined();
  });

  test.each(['', '[]', '{"pid":"1"}', `{"pid":1,"startedAt":"now","apiUrl":5}`, '{"pid":'])('that holds %j is an error with a way out', (content) => {
    const claimed = claimStateFolder(openStateFolder(folder));
    writeFileSync(claimed.instanceFile, content);
    expect(() => readLocalInstance(folder)).toThrow(/cannot be read[^]*where: .*local\.json[^]*what to do:/);
    claimed.release();
  });
});

describe('emptyStateFolder', () => {
  test('removes everything but the empty folder, which can be used again', async () => {
    const claimed = claimStateFolder(openStateFolder(folder));
    writeFileSync(path.join(claimed.logs, 'worker.log'), 'lines');
    writeFileSync(path.join(claimed.temporal, 'temporal.db'), 'data');
    claimed.release();
    expect(await emptyStateFolder(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual(['crosswalk-state']);
    claimStateFolder(openStateFolder(folder)).release();
  });

  test('says that there is nothing to empty where the folder does not exist', async () => {
    expect(await emptyStateFolder(folder)).toBe(false);
  });

  test('refuses while an instance runs, and removes nothing', async () => {
    const claimed = claimStateFolder(openStateFolder(folder));
    await expect(emptyStateFolder(folder)).rejects.toThrow(/instance is running/);
    expect(existsSync(claimed.logs)).toBe(true);
    claimed.release();
  });

  test('refuses a folder that is not its own, and removes nothing', async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'thesis.doc'), '');
    await expect(emptyStateFolder(folder)).rejects.toThrow(/left untouched/);
    expect(readdirSync(folder)).toEqual(['thesis.doc']);
  });

  test('refuses a symbolic link to a state folder', async () => {
    openStateFolder(folder);
    const link = path.join(base, 'link');
    symlinkSync(folder, link);
    await expect(emptyStateFolder(link)).rejects.toThrow(/left untouched/);
  });

  test('follows no symbolic link out of the folder', async () => {
    openStateFolder(folder);
    const elsewhere = path.join(base, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'thesis.doc'), '');
    symlinkSync(elsewhere, path.join(folder, 'postgres'));
    await emptyStateFolder(folder);
    expect(readdirSync(elsewhere)).toEqual(['thesis.doc']);
    expect(existsSync(path.join(folder, 'postgres'))).toBe(false);
  });
});
