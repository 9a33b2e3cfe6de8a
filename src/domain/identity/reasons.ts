import { agreements, MISSING, SAME, SWAPPED, type Agreement } from './agreement.js';
import type { Pair } from './candidate-pairs.js';
import type { Linkage } from './linkage.js';
import { emptyWeight, fieldBits, lookalikeOdds, weighPair } from './linkage-model.js';

/** Reason is one part of a score, in bits: 1 doubles the odds, -1 halves them. The bits of all reasons add up to the odds. */
export interface Reason {
  /** The field it is about; undefined where it is about the whole pair. */
  readonly field: string | undefined;
  readonly agreement: Agreement | undefined;
  readonly bits: number;
  /** A sentence without any value of the records. */
  readonly text: string;
}

const phrases: Readonly<Record<Agreement, string>> = {
  same: 'is the same',
  near: 'is one slip apart',
  similar: 'is alike',
  faint: 'is faintly alike',
  swapped: 'is exchanged with another field',
  different: 'differs',
};

/** Less than this many bits are not worth a line. */
const FEWEST_BITS = 0.05;

/**
 * reasonsFor explains the odds of a pair: what each field says, heaviest first, then what holds for the pair as a whole.
 * `rivals` is the odds of the pairs that it competes with.
 */
export function reasonsFor(linkage: Linkage, pair: Pair, rivals: number): readonly Reason[] {
  const { table, model, frequencyOf } = linkage;
  const levels = new Int8Array(table.columns.length);
  linkage.compare(pair[0], pair[1], levels, 0);
  const weight = emptyWeight(model);
  weighPair(model, levels, 0, pair, frequencyOf, weight);
  const fields = table.columns.flatMap(({ name }, column): readonly Reason[] => {
    const level = levels[column] ?? MISSING;
    const [agreement, field] = [agreements[level], model.fields[column]];
    if (agreement === undefined || field === undefined) return [];
    const frequency = Math.max(frequencyOf(column, pair[0]), frequencyOf(column, pair[1]));
    const rarity = level === SAME || level === SWAPPED ? `, which 1 in ${Math.round(1 / frequency)} is by chance` : '';
    return [{ field: name, agreement, bits: fieldBits(field, level, frequency), text: `${name} ${phrases[agreement]}${rarity}` }];
  });
  const wholes = [
    whole(-Math.log2(lookalikeOdds(model, weight).reduce((sum, each) => sum + each, 1)), 'people of one household, company or town agree like this too'),
    whole(-Math.log2(1 + rivals), 'another record fits as well'),
    whole(Math.log2(model.matchShare / (1 - model.matchShare)), `of all possible pairs, 1 in ${Math.round(1 / model.matchShare)} is one entity`),
  ];
  return [...fields.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits)), ...wholes.filter(({ bits }) => Math.abs(bits) >= FEWEST_BITS), ...sharedKeyReasons(linkage, pair)];
}

function whole(bits: number, text: string): Reason {
  return { field: undefined, agreement: undefined, bits, text };
}

/** Shared keys say nothing, and that is said. */
function sharedKeyReasons({ fullTable, sharedKeys }: Linkage, pair: Pair): readonly Reason[] {
  return fullTable.columns.flatMap(({ name, values, codes }): readonly Reason[] => {
    const carried = new Set(pair.map((record) => values[codes[record] ?? -1]));
    const shared = sharedKeys.find(({ field, value }) => field === name && carried.has(value));
    if (shared === undefined) return [];
    const cause = shared.cause === 'role-mailbox' ? 'it is a mailbox by role' : `${shared.holders} people or more carry it`;
    return [{ field: name, agreement: undefined, bits: 0, text: `${name} does not count: ${cause}` }];
  });
}
