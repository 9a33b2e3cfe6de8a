import { readFileSync } from 'node:fs';

/** packageVersion is the version in package.json, which stands two folders above src/cli and three above dist/src/cli. */
export function packageVersion(): string {
  for (const up of ['../../', '../../../']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'string') return found.version;
    } catch {
      // Not here; the next place.
    }
  }
  return 'unknown';
}
