import type { BlankCounts } from '../contracts/run.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { Allowances } from '../contracts/sync-workflow.js';

/** FEW is the number of records below which no breaker trips: shares say little about a handful. */
export const FEW = 20;

/** A complete read that brings less than this share of what was expected is not believed. */
const SHRUNKEN = 0.5;

/** Measured is what a run would do to the records that a sync keeps linked, as far as it has been measured. */
export interface Measured {
  readonly read: number;
  /** Linked records that would be updated. */
  readonly changes: number;
  /** Linked records that would be archived, deleted or unlinked, because the source marks them as gone or inactive. */
  readonly removals: number;
  /** What the changes would do to each field; default: nothing is known of it. */
  readonly blanks?: BlankCounts;
  /** Whether the source was read to its end; before that, more may come. */
  readonly complete: boolean;
  /** The side that was read; default: the source. */
  readonly side?: 'source' | 'target';
}

/** Norms is what a run is measured against. */
export interface Norms {
  /** Records that the sync keeps linked. */
  readonly linked: number;
  /** Records that a complete read should bring; null for a read of what changed, of which nobody knows how much it is. */
  readonly expected: number | null;
  /** Largest shares of the linked records, between 0 and 1. */
  readonly limits: SyncDefinition['limits'];
  readonly allowances: Required<Allowances>;
}

/** Breaker is one of the reasons to stop a run before its first write. */
export type Breaker = 'shrink' | 'removals' | 'changes' | 'blanks';

/** trippedBreaker says which breaker stops a run, the gravest first, or null when none does. */
export function trippedBreaker({ read, changes, removals, blanks, complete }: Measured, { linked, expected, limits, allowances }: Norms): Breaker | null {
  const isShrunken = complete && expected !== null && expected - read >= FEW && read < expected * SHRUNKEN;
  if (isShrunken && !allowances.allowShrink) return 'shrink';
  if (isTooMany(removals, linked * limits.deletes) && !allowances.allowRemovals) return 'removals';
  if (isTooMany(changes, linked * limits.changes) && !allowances.allowChanges) return 'changes';
  // Before the end of the read, what comes may still be changes that leave the field alone.
  if (complete && blankedField(blanks, changes * limits.blanks) !== undefined && !allowances.allowChanges) return 'blanks';
  return null;
}

/** blankedField is the field that most records would lose the value of, with their number, where those are too many. */
function blankedField(blanks: BlankCounts = {}, most: number): readonly [field: string, lost: number] | undefined {
  return Object.entries(blanks).filter(([, lost]) => isTooMany(lost, most)).toSorted(([, left], [, right]) => right - left)[0];
}

function isTooMany(count: number, most: number): boolean {
  return count >= FEW && count > most;
}

/** breakerText tells people why a run was stopped before its first write, and how to go on; `command` starts such a run. */
export function breakerText(breaker: Breaker, { read, changes, removals, blanks, complete, side = 'source' }: Measured, { linked, expected, limits }: Norms, command: string): string {
  const atLeast = complete ? '' : 'at least ';
  switch (breaker) {
    case 'shrink':
      return (
        `A complete read of the ${side} brought ${read} records where about ${expected ?? 0} were expected. Nothing was written, and the checkpoint stays where it was. ` +
        `If the ${side} is right, run "${command} --allow-shrink"; records that are gone are removed only with "--allow-removals" as well.`
      );
    case 'removals':
      return `The source marks ${atLeast}${removals} of ${linked} linked records as gone or inactive, ${allowed(removals, linked, limits.deletes)} ${wayOn(command, 'removals')}`;
    case 'changes':
      return `The run would change ${atLeast}${changes} of ${linked} linked records, ${allowed(changes, linked, limits.changes)} ${wayOn(command, 'changes')}`;
    case 'blanks': {
      const [field, lost] = blankedField(blanks, changes * limits.blanks) ?? ['', 0];
      return (
        `Of ${changes} records that the run would change, ${lost} would lose their value of ${field}, and the sync's limits.blanks is ${percentage(limits.blanks, 1_000)} %. Nothing was written. ` +
        `Was the field renamed or left out at the ${side}? Then mend the mapping. ${wayOn(command, 'changes')}`
      );
    }
  }
}

function allowed(count: number, linked: number, share: number): string {
  return `${percentage(count / Math.max(linked, 1), 10)} %, and the sync allows ${percentage(share, 1_000)} %. Nothing was written.`;
}

function percentage(share: number, precision: number): number {
  return Math.round(share * 100 * precision) / precision;
}

function wayOn(command: string, what: 'removals' | 'changes'): string {
  const plan = command.replace(/ --full$/, '');
  return `See what it is with "${plan} --plan"; if it is right, run "${command} --allow-${what}".`;
}
