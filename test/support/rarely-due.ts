import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sandbox = fileURLToPath(new URL('../../examples/sandbox', import.meta.url));

/**
 * copyRarelyDue copies the sandbox's definitions into a folder, with sweeps every thirty days and full reads half a day from
 * now: what a test applies must not begin a run because the clock struck in its middle.
 */
export function copyRarelyDue(folder: string): void {
  cpSync(sandbox, folder, { recursive: true });
  const farHour = String((new Date().getUTCHours() + 12) % 24).padStart(2, '0');
  const syncs = path.join(folder, 'syncs');
  for (const file of readdirSync(syncs)) {
    const place = path.join(syncs, file);
    writeFileSync(place, readFileSync(place, 'utf8').replace(/every: \d+m\b/, 'every: 30d').replace(/fullRead: "[^"]*"/, `fullRead: "${farHour}:00 UTC"`));
  }
}
