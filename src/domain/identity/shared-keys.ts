import { DIFFERENT, FAINT, MISSING, NEAR, SAME, SWAPPED } from './agreement.js';
import type { CompareRecords } from './compare-records.js';
import type { FieldKind } from '../../contracts/field-kind.js';
import { withoutValues, type RecordTable } from './record-table.js';
import { isRoleMailbox } from './role-mailbox.js';

/** SharedKey is a contact value that belongs to no single person: who it is of a record that carries it, it does not say. */
export interface SharedKey {
  readonly field: string;
  readonly value: string;
  readonly cause: 'carried-by-many' | 'role-mailbox';
  /** How many different people carry it, at least; counting ends where it is enough. */
  readonly holders: number;
}

/** A couple shares a number; from three people on it is a switchboard, a reception or an `info@` mailbox. */
const FEWEST_HOLDERS = 3;
/** So many carriers are looked at; where these are one person, the rest are taken to be as well. */
const MOST_CARRIERS = 50;

const contactKinds: ReadonlySet<FieldKind> = new Set(['email', 'phone']);
const personKinds: ReadonlySet<FieldKind> = new Set(['given-name', 'family-name', 'name', 'date']);

/**
 * findSharedKeys finds the e-mail addresses and phone numbers that three or more different people carry, and mailboxes by
 * role. Ten records of one person are one holder: carriers whose names and dates agree count once.
 */
export function findSharedKeys(table: RecordTable, compare: CompareRecords): readonly SharedKey[] {
  const personColumns = table.columns.flatMap(({ kind }, index) => (personKinds.has(kind) ? [index] : []));
  return table.columns.flatMap((column): readonly SharedKey[] => {
    if (!contactKinds.has(column.kind)) return [];
    const carriers = carriersOf(column.codes, column.values.length);
    return column.values.flatMap((value, code): readonly SharedKey[] => {
      const holders = personColumns.length === 0 ? 1 : countHolders(table, carriers[code] ?? [], personColumns, compare);
      if (column.kind === 'email' && isRoleMailbox(value)) return [{ field: column.name, value, cause: 'role-mailbox', holders }];
      return holders >= FEWEST_HOLDERS ? [{ field: column.name, value, cause: 'carried-by-many', holders }] : [];
    });
  });
}

/** withoutSharedKeys is the table with the shared keys taken out, so that they weigh nothing and find nobody. */
export function withoutSharedKeys(table: RecordTable, sharedKeys: readonly SharedKey[]): RecordTable {
  return table.columns.reduce((current, column, index) => {
    const values = new Set(sharedKeys.filter(({ field }) => field === column.name).map(({ value }) => column.values.indexOf(value)));
    return values.size === 0 ? current : withoutValues(current, index, values);
  }, table);
}

function carriersOf(codes: Int32Array, values: number): readonly (readonly number[])[] {
  const carriers = Array.from({ length: values }, (): number[] => []);
  codes.forEach((code, record) => carriers[code]?.push(record));
  return carriers;
}

function countHolders(table: RecordTable, carriers: readonly number[], personColumns: readonly number[], compare: CompareRecords): number {
  const levels = new Int8Array(table.columns.length);
  const groups: number[][] = [];
  for (const carrier of carriers.slice(0, MOST_CARRIERS)) {
    const own = groups.find((group) => group.some((member) => {
      compare(member, carrier, levels, 0);
      return mayBeOnePerson(personColumns.map((column) => levels[column] ?? MISSING));
    }));
    if (own === undefined) groups.push([carrier]);
    else own.push(carrier);
    if (groups.length >= FEWEST_HOLDERS) break;
  }
  return groups.length;
}

function mayBeOnePerson(levels: readonly number[]): boolean {
  const agreeing = levels.filter((level) => level === SAME || level === NEAR || level === SWAPPED).length;
  const differing = levels.filter((level) => level === FAINT || level === DIFFERENT).length;
  return agreeing === 0 ? differing === 0 : agreeing >= differing;
}
