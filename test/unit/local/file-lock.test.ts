import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileLock, lockHolder, tryLock, waitForLock } from '../../../src/local/file-lock.js';
import { startMark } from '../../../src/local/process-table.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-lock-'));
  file = path.join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function take(): FileLock {
  const attempt = tryLock(file);
  if ('holder' in attempt) throw new Error(`held by ${attempt.holder.pid}`);
  return attempt.lock;
}

describe('a lock', () => {
  test('is held by one at a time, and leaves nothing behind', () => {
    const lock = take();
    expect(tryLock(file)).toEqual({ holder: { pid: process.pid, since: expect.stringMatching(/^20\d\d-/) } });
    expect(lockHolder(file)?.pid).toBe(process.pid);
    lock.release();
    expect(lockHolder(file)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('released twice does not free the lock of the next holder', () => {
    const first = take();
    first.release();
    const second = take();
    first.release();
    expect(lockHolder(file)?.pid).toBe(process.pid);
    second.release();
  });

  const dead = { pid: 2 ** 22 + 1, since: '2026-01-01T00:00:00.000Z', mark: 'none', token: 'a' };
  test.each([
    ['a process that is gone', JSON.stringify(dead)],
    ['an earlier process with the id of a living one', JSON.stringify({ ...dead, pid: process.pid, mark: 'an-earlier-boot/1' })],
    ['nobody can tell whom', 'garbage'],
    ['nobody', ''],
  ])('that belongs to %s is free', (_, content) => {
    writeFileSync(file, content);
    expect(lockHolder(file)).toBeUndefined();
    const lock = take();
    expect(lockHolder(file)?.pid).toBe(process.pid);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('whose stale holder was being removed by a process that died is free', () => {
    writeFileSync(file, JSON.stringify(dead));
    writeFileSync(`${file}.guard`, JSON.stringify(dead));
    take().release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is waited for, and each holder is told of once', async () => {
    const first = take();
    const told: number[] = [];
    const waiting = waitForLock(file, ({ pid }) => {
      told.push(pid);
      first.release();
    });
    (await waiting).release();
    expect(told).toEqual([process.pid]);
  });

  test('is waited for no longer than wanted', async () => {
    const lock = take();
    const stop = new AbortController();
    await expect(waitForLock(file, () => stop.abort(new Error('enough')), stop.signal)).rejects.toThrow('enough');
    lock.release();
  });
});

describe('startMark', () => {
  test('is the same for the same process and missing for none', () => {
    expect(startMark(process.pid)).toBe(startMark(process.pid));
    expect(startMark(process.pid)).not.toBe(startMark(process.ppid));
    expect(startMark(2 ** 22 + 1)).toBeUndefined();
  });
});
