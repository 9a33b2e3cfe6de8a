import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseObject } from './json-object.js';
import { codeOf } from './local-error.js';
import { startMark } from './process-table.js';

/** LockHolder is the living process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** ISO 8601 time at which the lock was taken. */
  readonly since: string;
}

/** FileLock is a lock that this process holds until it releases it or ends, however it ends. */
export interface FileLock {
  release(): void;
}

interface LockContent extends LockHolder {
  readonly mark: string;
  readonly token: string;
}

/** tryLock takes the lock of a file, or gives the process that holds it. A lock of a dead process counts as free. */
export function tryLock(file: string): { readonly lock: FileLock } | { readonly holder: LockHolder } {
  for (;;) {
    const content = JSON.stringify(ownContent());
    if (createWhole(file, content)) return { lock: { release: () => removeIfStill(file, content) } };
    const found = read(file);
    const holder = found === undefined ? undefined : livingHolder(found);
    if (holder !== undefined) return { holder };
    if (found !== undefined) removeStale(file, found);
  }
}

/** lockHolder gives the living process that holds the lock of a file. */
export function lockHolder(file: string): LockHolder | undefined {
  const found = read(file);
  return found === undefined ? undefined : livingHolder(found);
}

/** waitForLock takes the lock of a file as soon as it is free; `onWaiting` is called once for each holder met. */
export async function waitForLock(file: string, onWaiting: (holder: LockHolder) => void, signal?: AbortSignal): Promise<FileLock> {
  let met: number | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const attempt = tryLock(file);
    if ('lock' in attempt) return attempt.lock;
    if (attempt.holder.pid !== met) onWaiting(attempt.holder);
    met = attempt.holder.pid;
    await sleep(200);
  }
}

// A hard link appears with its content in one step, so nobody ever reads a half-written lock.
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

// Two starters may find the same stale lock. The guard makes "still the stale one? then remove it" one step, so that
// the second cannot remove the lock that the first has taken in the meantime.
function removeStale(file: string, stale: string): void {
  const guard = `${file}.guard`;
  const content = JSON.stringify(ownContent());
  if (!createWhole(guard, content)) {
    const found = read(guard);
    if (found !== undefined && livingHolder(found) === undefined) removeIfStill(guard, found);
    return;
  }
  try {
    removeIfStill(file, stale);
  } finally {
    removeIfStill(guard, content);
  }
}

function removeIfStill(file: string, content: string): void {
  if (read(file) === content) rmSync(file, { force: true });
}

function livingHolder(content: string): LockHolder | undefined {
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = parseObject(content);
  } catch {
    return undefined;
  }
  const { pid, mark, since } = parsed;
  if (typeof pid !== 'number' || startMark(pid) !== mark) return undefined;
  return { pid, since: typeof since === 'string' ? since : 'unknown' };
}

function ownContent(): LockContent {
  const mark = startMark(process.pid) ?? 'unknown';
  return { pid: process.pid, since: new Date().toISOString(), mark, token: randomUUID() };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
