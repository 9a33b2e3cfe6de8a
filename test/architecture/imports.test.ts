import { describe, expect, it } from 'vitest';
import { type ImportStatement, importStatements, sourceFiles } from './sources.js';
import { type Exception, type Zone, exceptions, zones } from './zones.js';

const files = sourceFiles(['src', 'workflows', 'activities', 'workers']);
const statements = files.flatMap((file) => importStatements(file));

function zoneOf(file: string): Zone | undefined {
  return zones.filter(({ folder }) => file.startsWith(`${folder}/`)).toSorted((left, right) => right.folder.length - left.folder.length)[0];
}

function isAllowedByZone({ file, module, isOurs }: ImportStatement): boolean {
  const zone = zoneOf(file);
  if (zone === undefined) return false;
  if (module.startsWith('node:')) return zone.node;
  if (!isOurs) return zone.packages.includes(module);
  const other = zoneOf(module);
  return other !== undefined && (other === zone || zone.zones.includes(other.folder));
}

function covers(place: string, module: string): boolean {
  return place.endsWith('/') ? module.startsWith(place) : module === place;
}

function isExcepted(statement: ImportStatement, { from, to }: Exception): boolean {
  return covers(from, statement.file) && covers(to, statement.module);
}

function faults(all: readonly ImportStatement[]): string[] {
  return all.filter((statement) => !isAllowedByZone(statement) && !exceptions.some((exception) => isExcepted(statement, exception)))
    .map(({ file, line, module }) => `${file}:${line} may not import ${module}`);
}

describe('imports', () => {
  it('stay within the zones of test/architecture/zones.ts', () => {
    expect(statements.length).toBeGreaterThan(files.length);
    expect(faults(statements)).toEqual([]);
  });

  it.each(files.filter((file) => zoneOf(file) === undefined))('%s is in no zone', (file) => {
    expect.fail(`Give the folder of ${file} a line in test/architecture/zones.ts.`);
  });

  it.each(exceptions)('$from → $to is an exception that is needed', (exception) => {
    expect(statements.some((statement) => isExcepted(statement, exception) && !isAllowedByZone(statement))).toBe(true);
  });

  it('of a zone go one way: no zone can reach itself through others', () => {
    const reach = (folder: string, seen: readonly string[]): string[] => (zones.find((zone) => zone.folder === folder)?.zones ?? [])
      .flatMap((next) => (seen.includes(next) ? [[...seen, next].join(' → ')] : reach(next, [...seen, next])));
    expect(zones.flatMap(({ folder }) => reach(folder, [folder]))).toEqual([]);
  });

  it.each([
    { file: 'workflows/sync.ts', source: "import { createHash } from 'node:crypto';" },
    { file: 'workflows/sync.ts', source: "import type { Database } from '../src/store/database.js';" },
    { file: 'src/domain/email.ts', source: "export { z } from 'zod';" },
    { file: 'src/contracts/run.ts', source: "export * from '../domain/email.js';" },
    { file: 'src/store/ledger.ts', source: "const { sync } = await import('../../workflows/sync.js');" },
    { file: 'activities/failure.ts', source: "import { sync } from '../workflows/sync.js';" },
    { file: 'src/ingress/server.ts', source: "import 'undici';" },
  ])('$source is refused in $file', ({ file, source }) => {
    expect(faults(importStatements(file, `\n${source}`))).toEqual([expect.stringMatching(`^${file}:2 may not import `)]);
  });
});
