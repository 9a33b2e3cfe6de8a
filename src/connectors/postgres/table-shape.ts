import type { TableDefinition } from '../../contracts/postgres-definition.js';
import { quoteIdentifier } from './sql.js';

/** ColumnKind is how the values of a column are written and read. */
export type ColumnKind = 'number' | 'exact' | 'boolean' | 'json' | 'array' | 'composite' | 'timestamptz' | 'timestamp' | 'text';

/** Column is a column of a table as the database has it. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The type without length or precision, quoted, so that a value is neither cut nor rounded before the column judges it. */
  readonly type: string;
}

/** TableShape is a table as the database has it, with the columns that its definition names. */
export interface TableShape {
  /** Schema and table, quoted: the search path plays no part any more. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
}

/** ShapeQuery runs a statement and gives its rows as text. */
export type ShapeQuery = (text: string, values: readonly string[]) => Promise<readonly Readonly<Record<string, string | null>>[]>;

/** MissingColumnError says what a definition names and the database does not have. */
export class MissingColumnError extends Error {
  override readonly name = 'MissingColumnError';
}

const shapeStatement = `
  select n.nspname as schema, c.relname as table, a.attname as column, t.typcategory as category, coalesce(b.typname, t.typname) as basis,
         pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.typname) as type
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
    left join pg_catalog.pg_type b on b.oid = t.typbasetype
   where c.oid = pg_catalog.to_regclass($1)`;

const kinds: Readonly<Record<string, ColumnKind>> = {
  int2: 'number', int4: 'number', float4: 'number', float8: 'number', int8: 'exact', numeric: 'exact', money: 'exact', bool: 'boolean',
  json: 'json', jsonb: 'json', timestamptz: 'timestamptz', timestamp: 'timestamp',
};

/** readTableShape asks the database for the columns of a table or view; throws MissingColumnError. */
export async function readTableShape(definition: TableDefinition, query: ShapeQuery): Promise<TableShape> {
  const asked = definition.table.map(quoteIdentifier).join('.');
  const rows = await query(shapeStatement, [asked]);
  const [first] = rows;
  if (first === undefined) throw new MissingColumnError(`there is no table or view ${asked}, or its schema may not be used`);
  const all = new Map(rows.map((row): [string, Column] => [row['column'] ?? '', { name: row['column'] ?? '', kind: kindOf(row), type: row['type'] ?? '' }]));
  const columns = new Map<string, Column>();
  for (const name of named(definition)) {
    const column = all.get(name);
    if (column === undefined) throw new MissingColumnError(`${asked} has no column '${name}'`);
    columns.set(name, column);
  }
  const { updatedColumn } = definition;
  const updated = updatedColumn === undefined ? undefined : columns.get(updatedColumn);
  if (updated !== undefined && updated.kind !== 'timestamptz' && updated.kind !== 'timestamp') {
    throw new MissingColumnError(`the column '${updated.name}' of ${asked}, which 'since' names, is no timestamp`);
  }
  return { name: `${quoteIdentifier(first['schema'] ?? '')}.${quoteIdentifier(first['table'] ?? '')}`, columns };
}

function named({ columns, create, touch, increment }: TableDefinition): ReadonlySet<string> {
  return new Set([...columns, ...touch, ...increment, ...(create?.keyColumn === undefined ? [] : [create.keyColumn])]);
}

function kindOf({ category, basis }: Readonly<Record<string, string | null>>): ColumnKind {
  if (category === 'A') return 'array';
  if (category === 'C') return 'composite';
  return kinds[basis ?? ''] ?? 'text';
}
