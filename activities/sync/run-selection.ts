import type { RunPlace, SelectionPlace } from '../../src/contracts/run.js';
import type { StartRunInput } from '../../src/contracts/sync-workflow.js';
import type { Database } from '../../src/store/database.js';
import { selectAnswered } from '../../src/store/answered-matches.js';
import { selectLetters, selectRecoverable } from '../../src/store/letter-selection.js';

/** Who is said to have tried a letter again when nobody asked for it. */
const BY_ITSELF = 'crosswalk';

/** Abilities is what can be asked of the systems: one record of the source, and what became of a write at the target. */
export interface Abilities {
  readonly canGet: boolean;
  readonly canProbe: boolean;
}

/**
 * selectForRun stores the records that a run is to cover before or in place of what it reads, and gives its place in
 * them; undefined where there are none. A regular run begins with the letters of an earlier outage: it fails as a whole,
 * and leaves them as they are, while the system is still away.
 */
export async function selectForRun(database: Database, input: Pick<StartRunInput, 'runId' | 'mode' | 'selection'>, syncNumber: number, { canGet, canProbe }: Abilities): Promise<SelectionPlace | undefined> {
  const { runId, mode, selection } = input;
  if (selection !== undefined) {
    const { letters, by } = selection;
    if (letters.kind === 'answered-match') await selectAnswered(database, { runId, syncNumber }, letters.id);
    else await selectLetters(database, { runId, syncNumber, by, canGet, action: mode === 'plan' ? 'previewed' : 'redriven' }, letters);
    return { after: 0, only: true };
  }
  if (mode !== 'incremental' && mode !== 'full') return undefined;
  const found = await selectRecoverable(database, { runId, syncNumber, by: BY_ITSELF, canGet, action: 'retried' }, canProbe);
  return found === 0 ? undefined : { after: 0, only: false };
}

/** withoutSelection is a place without what the run that came to it had selected. */
export function withoutSelection({ selection: _ended, ...place }: RunPlace): RunPlace {
  return place;
}
