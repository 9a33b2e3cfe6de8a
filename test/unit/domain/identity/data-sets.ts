import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { FieldKind } from '../../../../src/contracts/field-kind.js';
import type { IdentityField, IdentityRecord } from '../../../../src/domain/identity/identity-field.js';

const ROOT = new URL('../../../../../shared/data/', import.meta.url);

/** DataSet is records with a known truth. A set of two files is linked; a set of one is searched for duplicates. */
export interface DataSet {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly fields: readonly IdentityField[];
  readonly files: readonly string[];
  readonly id: string;
  /** Gives the entity that a row stands for. */
  readonly entity: (row: Readonly<Record<string, string>>) => string;
}

const people = fieldsOf({
  given_name: 'given-name', surname: 'family-name', street_number: 'code', address_1: 'address', address_2: 'address', suburb: 'place', postcode: 'postcode', state: 'code', date_of_birth: 'date',
});
const contacts = fieldsOf({
  first_name: 'given-name', last_name: 'family-name', email: 'email', phone: 'phone', street: 'address', city: 'place', postcode: 'postcode', state: 'code', birth_date: 'date',
});
const sparse = fieldsOf({ first_name: 'given-name', surname: 'family-name', dob: 'date', city: 'place', email: 'email' });

/** febrlCrm is contacts of two systems with shared switchboards and role mailboxes. */
export const febrlCrm: DataSet = {
  name: 'febrl-crm', title: 'contacts, A to B', fields: contacts, files: ['febrl-crm/contacts_a.csv', 'febrl-crm/contacts_b.csv'], id: 'id', entity: (row) => row['entity'] ?? '',
};

/** febrl4 is people and one damaged copy of each; without the national id, which would decide alone. */
export const febrl4: DataSet = { name: 'febrl4', title: 'people, 4a to 4b', fields: people, files: ['febrl/dataset4a.csv', 'febrl/dataset4b.csv'], id: 'rec_id', entity: febrlEntity };

/** febrl3 is people with up to five damaged copies of each, in one file; without the national id. */
export const febrl3: DataSet = { name: 'febrl3', title: 'people, duplicates', fields: people, files: ['febrl/dataset3.csv'], id: 'rec_id', entity: febrlEntity };

/** splinkFake1000 is people of whom a fifth of every field is missing and much of the rest is damaged. */
export const splinkFake1000: DataSet = {
  name: 'splink-fake1000', title: 'people, duplicates', fields: sparse, files: ['splink-fake1000/data/fake_1000.csv'], id: 'unique_id', entity: (row) => row['cluster'] ?? '',
};

/** missingFile gives the first file of a set that is not there. */
export function missingFile({ files }: DataSet): string | undefined {
  return files.find((file) => !existsSync(new URL(file, ROOT)));
}

/** LoadedSet is the records of a data set, file by file, and the entity of each record by file and id. */
export interface LoadedSet {
  readonly sets: readonly (readonly IdentityRecord[])[];
  readonly entities: readonly ReadonlyMap<string, string>[];
}

/** loadSet reads a data set. */
export function loadSet({ files, id, entity }: DataSet): LoadedSet {
  const rows = files.map((file) => parse<Record<string, string>>(readFileSync(new URL(file, ROOT), 'utf8'), { columns: true, trim: true }));
  return {
    sets: rows.map((file) => file.map((row) => ({ id: row[id] ?? '', values: row }))),
    entities: rows.map((file) => new Map(file.map((row) => [row[id] ?? '', entity(row)]))),
  };
}

function fieldsOf(kinds: Readonly<Record<string, FieldKind>>): readonly IdentityField[] {
  return Object.entries(kinds).map(([name, kind]) => ({ name, kind }));
}

/** `rec-1070-org`, `rec-1070-dup-0`. */
function febrlEntity(row: Readonly<Record<string, string>>): string {
  return (row['rec_id'] ?? '').split('-')[1] ?? '';
}
