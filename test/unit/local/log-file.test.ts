import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeLog, lastLines, openLog } from '../../../src/local/log-file.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-log-'));
  file = path.join(folder, 'server.log');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a log', () => {
  test('gives the last lines of this run only, and not endlessly many bytes', () => {
    writeFileSync(file, 'of an earlier run\n');
    const log = openLog(file);
    expect(lastLines(log, 5)).toBe('');
    writeSync(log.fd, 'one\ntwo\nthree\n');
    expect(lastLines(log, 2)).toBe('two\nthree');
    expect(lastLines(log, 9)).toBe('one\ntwo\nthree');
    writeSync(log.fd, 'x'.repeat(1_000_000));
    expect(lastLines(log, 1)).toHaveLength(4096);
    closeLog(log);
  });

  test('is put aside when it has grown beyond 10 MiB', () => {
    writeFileSync(file, '');
    truncateSync(file, 10 * 1024 * 1024 + 1);
    closeLog(openLog(file));
    expect(statSync(file).size).toBe(0);
    expect(existsSync(`${file}.1`)).toBe(true);
  });
});
