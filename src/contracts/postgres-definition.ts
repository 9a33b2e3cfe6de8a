import type { ArchiveCapability, CreateCapability, ObjectCapabilities, SystemBase, UpdateCapability } from './system-definition.js';

/** PostgresSystemDefinition is a system whose records are rows of a PostgreSQL database. */
export interface PostgresSystemDefinition extends SystemBase {
  readonly connector: 'postgres';
  readonly medium: 'postgres';
  /** Connection URL, as a reference. */
  readonly connection: string;
  /** PEM of the certificate authority, as a reference; absent: those that Node.js trusts. */
  readonly ca?: string;
  readonly objects: Readonly<Record<string, TableDefinition>>;
}

/** TableDefinition says how one table or view is read and written; nothing but the columns that it names is touched. */
export interface TableDefinition extends ObjectCapabilities {
  /** Schema and table, or the table alone, which is then looked for along the search path. */
  readonly table: readonly [string] | readonly [string, string];
  /** Columns that may be read and written, the id included. */
  readonly columns: readonly string[];
  readonly idColumn: string;
  readonly versionColumn?: string;
  readonly updatedColumn?: string;
  readonly pageSize: number;
  /** Columns that every write sets to the time of the database. */
  readonly touch: readonly string[];
  /** Columns that every update adds one to. */
  readonly increment: readonly string[];
  readonly get: object;
  /** With a key column, the same create sent again finds the row that it made. */
  readonly create?: CreateCapability & { readonly keyColumn?: string };
  readonly update?: UpdateCapability;
  readonly archive?: ArchiveCapability;
  readonly delete?: object;
  /** Most rows of one transaction that writes. */
  readonly batch: number;
}
