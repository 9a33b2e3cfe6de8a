import { DIFFERENT, FAINT, MISSING, NEAR, SAME, SIMILAR, SWAPPED } from './agreement.js';
import { compareAddress, splitAddress } from './compare-address.js';
import { compareValues } from './compare-values.js';
import type { FieldKind } from '../../contracts/field-kind.js';
import type { Column, RecordTable } from './record-table.js';

/** CompareRecords writes the levels on which two records agree, one for each column, from `offset` on. */
export type CompareRecords = (left: number, right: number, levels: Int8Array, offset: number) => void;

type CompareCodes = (left: number, right: number) => number;

/**
 * createRecordComparison makes the function that compares two records of a table field by field: the comparison vector γ of
 * Fellegi and Sunter (1969). A pair of values is compared once, however many records have it.
 */
export function createRecordComparison(table: RecordTable): CompareRecords {
  const { columns } = table;
  const compareWithin = columns.map((column) => rememberedComparison(column, column));
  const sisters = sisterPairs(columns);
  const [names, emails] = [columnsOf(columns, nameKinds), columnsOf(columns, emailKinds)];
  return (left, right, levels, offset) => {
    for (let index = 0; index < columns.length; index += 1) {
      const codes = columns[index]?.codes;
      levels[offset + index] = compareWithin[index]?.(codes?.[left] ?? -1, codes?.[right] ?? -1) ?? MISSING;
    }
    for (const { one, other, codes, otherCodes, compare } of sisters) {
      const [straight, otherStraight] = [levels[offset + one] ?? MISSING, levels[offset + other] ?? MISSING];
      if (isAtLeastNear(straight) || isAtLeastNear(otherStraight)) continue;
      const there = compare(codes[left] ?? -1, otherCodes[right] ?? -1);
      const back = compare(codes[right] ?? -1, otherCodes[left] ?? -1);
      // Exchanged values fit both ways; where a record has only one of the two, the one must do.
      const isSwapped = isAtLeastNear(there) ? back <= NEAR : there === MISSING && isAtLeastNear(back);
      if (!isSwapped) continue;
      if (straight !== MISSING) levels[offset + one] = SWAPPED;
      if (otherStraight !== MISSING) levels[offset + other] = SWAPPED;
    }
    // Addresses are made from names: where the names are alike, an alike address says nothing more.
    if (emails.some((email) => isAlike(levels[offset + email] ?? MISSING)) && names.some((name) => isAgreeing(levels[offset + name] ?? MISSING))) {
      for (const email of emails) if (isAlike(levels[offset + email] ?? MISSING)) levels[offset + email] = MISSING;
    }
  };
}

const nameKinds: ReadonlySet<FieldKind> = new Set(['given-name', 'family-name', 'name']);
const emailKinds: ReadonlySet<FieldKind> = new Set(['email']);

function columnsOf(columns: readonly Column[], kinds: ReadonlySet<FieldKind>): readonly number[] {
  return columns.flatMap(({ kind }, index) => (kinds.has(kind) ? [index] : []));
}

function isAlike(level: number): boolean {
  return level === SIMILAR || level === FAINT;
}

function isAgreeing(level: number): boolean {
  return level !== MISSING && level !== DIFFERENT;
}

function isAtLeastNear(level: number): boolean {
  return level === SAME || level === NEAR;
}

function sisterPairs(columns: readonly Column[]): { one: number; other: number; codes: Int32Array; otherCodes: Int32Array; compare: CompareCodes }[] {
  return columns.flatMap((column, one) =>
    columns.flatMap((sister, other) =>
      other > one && areSisters(column.kind, sister.kind)
        ? [{ one, other, codes: column.codes, otherCodes: sister.codes, compare: rememberedComparison(column, sister) }]
        : []));
}

/** Fields whose values are put into each other's place by mistake. */
function areSisters(kind: FieldKind, other: FieldKind): boolean {
  if (kind === 'address') return other === 'address';
  return (kind === 'given-name' && other === 'family-name') || (kind === 'family-name' && other === 'given-name');
}

function rememberedComparison(column: Column, other: Column): CompareCodes {
  const isSame = column === other;
  const known: (Map<number, number> | undefined)[] = [];
  const compareCodes = valueComparison(column, other);
  return (left, right) => {
    if (left < 0 || right < 0) return MISSING;
    if (isSame && left === right) return SAME;
    const [a, b] = isSame && left > right ? [right, left] : [left, right];
    const row = (known[a] ??= new Map<number, number>());
    let level = row.get(b);
    if (level === undefined) {
      level = compareCodes(a, b);
      row.set(b, level);
    }
    return level;
  };
}

/** Addresses are taken apart once for each value, which is half of the work of comparing them. */
function valueComparison(column: Column, other: Column): CompareCodes {
  if (column.kind !== 'address') return (left, right) => compareValues(column.kind, column.values[left] ?? '', other.values[right] ?? '');
  const empty = splitAddress('');
  const parts = column.values.map(splitAddress);
  const otherParts = column === other ? parts : other.values.map(splitAddress);
  return (left, right) => compareAddress(parts[left] ?? empty, otherParts[right] ?? empty);
}
