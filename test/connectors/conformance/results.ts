import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Results is what came of each check, by connector: `ok`, `waived: …` or `not applicable: …`. */
export type Results = Readonly<Record<string, Readonly<Record<string, string>>>>;

const file = resolve(import.meta.dirname, '../results.json');

/** writesResults says whether this run is to replace the results that are kept (npm run conformance). */
export const writesResults = process.env['CROSSWALK_CONFORMANCE'] === 'write';

/** readResults reads the results that are kept. */
export function readResults(): Results {
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

/** keepResults replaces the results of the connectors that were run; those of connectors that are gone are dropped. */
export function keepResults(run: ReadonlyMap<string, ReadonlyMap<string, string>>, known: readonly string[], checks: readonly string[]): Results {
  const before = readResults();
  const results = Object.fromEntries(known.toSorted().flatMap((name) => {
    const all: Readonly<Record<string, string>> = { ...before[name], ...Object.fromEntries(run.get(name) ?? []) };
    const ordered = checks.flatMap((check) => (all[check] === undefined ? [] : [[check, all[check]]]));
    return ordered.length === 0 ? [] : [[name, Object.fromEntries(ordered)]];
  }));
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}
