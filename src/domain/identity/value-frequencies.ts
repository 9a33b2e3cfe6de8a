import { SAME } from './agreement.js';
import type { ComparedPairs } from './compared-pairs.js';
import { chanceOfSame, PRIOR_RECORDS } from './field-priors.js';
import type { FrequencyOf } from './linkage-model.js';
import type { Column, RecordTable } from './record-table.js';

/** Frequencies is for each column how common each of its values is among different entities, and the mean over the records. */
export interface Frequencies {
  readonly ofValue: readonly Float64Array[];
  readonly means: readonly number[];
}

/**
 * valueFrequencies counts how common each value is among *different* entities: a value that ten records of one person carry
 * is a rare one. Pairs that agree on the value are taken off by the probability that they are one entity (`matches`).
 */
export function valueFrequencies(table: RecordTable, { pairs, levels }: ComparedPairs, matches: Float64Array): Frequencies {
  const width = table.columns.length;
  const ofValue = table.columns.map((column, index) => {
    const matched = new Float64Array(column.values.length);
    pairs.forEach(([left], at) => {
      const code = column.codes[left] ?? -1;
      if (levels[at * width + index] === SAME) matched[code] = (matched[code] ?? 0) + (matches[at] ?? 0);
    });
    return columnFrequencies(table, column, matched);
  });
  return { ofValue, means: table.columns.map(({ codes }, index) => meanOf(codes, ofValue[index] ?? new Float64Array())) };
}

/** frequencyOfRecord looks the frequency of a record's value up; 1, which says nothing, where it has none. */
export function frequencyOfRecord(table: RecordTable, { ofValue }: Frequencies): FrequencyOf {
  return (column, record) => ofValue[column]?.[table.columns[column]?.codes[record] ?? -1] ?? 1;
}

function columnFrequencies({ leftCount }: RecordTable, column: Column, matched: Float64Array): Float64Array {
  const [leftCarriers, rightCarriers] = [new Float64Array(column.values.length), new Float64Array(column.values.length)];
  let filled = 0;
  column.codes.forEach((code, record) => {
    if (code < 0) return;
    filled += 1;
    const carriers = record < leftCount ? leftCarriers : rightCarriers;
    carriers[code] = (carriers[code] ?? 0) + 1;
  });
  const others = filled / (leftCount === 0 ? 1 : 2);
  const assumed = chanceOfSame[column.kind] * PRIOR_RECORDS;
  return Float64Array.from(column.values, (_, value) => {
    const strangers = strangersOf(leftCarriers[value] ?? 0, rightCarriers[value] ?? 0, leftCount > 0, matched[value] ?? 0);
    return Math.min(1, (1 + strangers + assumed) / (others + 1 + PRIOR_RECORDS));
  });
}

/** How many records of other entities share the value with a carrier of it, on average. */
function strangersOf(left: number, right: number, isLink: boolean, matched: number): number {
  if (!isLink) return right === 0 ? 0 : (2 * Math.max(0, (right * (right - 1)) / 2 - matched)) / right;
  if (left === 0 || right === 0) return Math.max(0, left + right - 1);
  return (Math.max(0, left * right - matched) * (1 / left + 1 / right)) / 2;
}

function meanOf(codes: Int32Array, frequencies: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const code of codes) {
    if (code < 0) continue;
    sum += frequencies[code] ?? 0;
    count += 1;
  }
  return count === 0 ? 1 : sum / count;
}
