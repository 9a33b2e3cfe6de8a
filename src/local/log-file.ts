import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { LocalError, reasonOf } from './local-error.js';

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;

/** LogFile is a log that servers append to, and the place in it where this run began. */
export interface LogFile {
  readonly path: string;
  readonly fd: number;
  /** Length in bytes when it was opened. */
  readonly startedAtByte: number;
}

/**
 * openLog opens a log for appending, readable by its owner only; one above 10 MiB is kept as `<path>.1` first. It
 * throws a LocalError for a log that cannot be written.
 */
export function openLog(path: string): LogFile {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > ROTATE_ABOVE_BYTES) renameSync(path, `${path}.1`);
    const fd = openSync(path, 'a', 0o600);
    return { path, fd, startedAtByte: fstatSync(fd).size };
  } catch (error) {
    throw new LocalError(`The log cannot be written: ${reasonOf(error)}`, {
      where: path,
      todo: 'Run as the user who owns it (root, if it was first used as root), free some space, or set CROSSWALK_HOME to another folder.',
      cause: error,
    });
  }
}

/** closeLog closes this process's handle; servers that inherited it go on writing. */
export function closeLog(log: LogFile): void {
  closeSync(log.fd);
}

/** lastLines gives the last lines that were logged since the log was opened, at most 4 KiB of them. */
export function lastLines(log: LogFile, count: number): string {
  const fd = openSync(log.path, 'r');
  try {
    const end = fstatSync(fd).size;
    const from = Math.max(log.startedAtByte, end - 4096);
    const buffer = Buffer.alloc(Math.max(0, end - from));
    readSync(fd, buffer, 0, buffer.length, from);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    closeSync(fd);
  }
}
