import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import { withoutHeld } from '../../src/domain/drift/without-held.js';
import type { Database } from '../../src/store/database.js';
import { runsAboutQuarantine } from '../../src/store/quarantine-runs.js';

/** Quarantines is the fields of both ends of a two-way sync that are in quarantine, as JSON Pointers. */
export interface Quarantines {
  readonly quarantined: readonly string[];
  readonly atTarget: readonly string[];
}

/**
 * releasedFields are the target fields of a two-way sync that earlier runs held and this one does not, as long as no run
 * has read both sides completely with them: what the sides hold of them is not known yet.
 */
export async function releasedFields(database: Database, syncNumber: number, sync: SyncDefinition, now: Quarantines): Promise<readonly string[]> {
  const heldBy = ({ quarantined, atTarget }: Quarantines): readonly string[] => withoutHeld(sync, quarantined, atTarget).held;
  const heldNow = heldBy(now);
  const released = new Set<string>();
  const complete: (readonly string[])[] = [];
  for (const run of await runsAboutQuarantine(database, syncNumber)) {
    const held = heldBy(run);
    for (const field of held) if (!heldNow.includes(field) && complete.every((other) => other.includes(field))) released.add(field);
    if (run.isComplete) complete.push(held);
  }
  return [...released].toSorted();
}
