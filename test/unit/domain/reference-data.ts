import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'vitest';

const ROOT = new URL('../../../../shared/data/', import.meta.url);

/** readReference reads a file of the reference data as UTF-8. */
export function readReference(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** listReference lists the files of a folder of the reference data. */
export function listReference(path: string): readonly string[] {
  return readdirSync(new URL(path, ROOT)).toSorted();
}

/** testWithReference is a test that is skipped, and says so, where the reference data are not there. */
export function testWithReference(path: string, name: string, run: () => void | Promise<void>, timeoutMs?: number): void {
  const isThere = existsSync(new URL(path, ROOT));
  if (!isThere) process.stdout.write(`skipped: ${name}: ${path} not found\n`);
  test.skipIf(!isThere)(name, run, timeoutMs);
}

/** readCsv gives the rows of a CSV file (RFC 4180) by column name. */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  const [header = [], ...body] = rows;
  return body.filter((row) => row.length === header.length).map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}
