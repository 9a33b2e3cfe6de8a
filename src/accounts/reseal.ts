import type { KeyRing } from '../sealing/key-ring.js';
import type { Database } from '../store/database.js';
import { connections, replaceSealed } from '../store/oauth-connections.js';
import { tokenContext } from './sealed-tokens.js';

/** Resealed is what became of stored credentials; the names are of systems. */
export interface Resealed {
  readonly resealed: readonly string[];
  readonly already: readonly string[];
  /** Those that no key opens. */
  readonly unreadable: readonly { readonly system: string; readonly reason: string }[];
}

/** reseal seals stored credentials with the first key, while work goes on: what is replaced meanwhile is left to whoever does. */
export async function reseal(database: Database, ring: KeyRing): Promise<Resealed> {
  const resealed: string[] = [];
  const already: string[] = [];
  const unreadable: { system: string; reason: string }[] = [];
  for (const { system, sealed } of await connections(database)) {
    if (sealed === null) continue;
    try {
      const opened = ring.open(sealed, tokenContext(system));
      if (ring.isSealedFirst(sealed)) already.push(system);
      else if (await replaceSealed(database.pool, system, sealed, ring.seal(opened, tokenContext(system)))) resealed.push(system);
      else already.push(system);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'SealingKeyError')) throw error;
      unreadable.push({ system, reason: error.message });
    }
  }
  return { resealed, already, unreadable };
}
