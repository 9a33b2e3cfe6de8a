import type { WriteItem } from '../../contracts/connector.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import { valueExpression } from './column-values.js';
import { quoteIdentifier, SqlParameters } from './sql.js';
import { columnOf, type Table } from './table-runtime.js';
import type { TableShape } from './table-shape.js';

/** Statement is a text and the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** ForbiddenColumnError says that a write names a column that the definition does not allow. */
export class ForbiddenColumnError extends Error {
  override readonly name = 'ForbiddenColumnError';
}

/** Returned is the columns that a write gives back. */
export function returnedColumns({ definition: { idColumn, versionColumn } }: Table): readonly string[] {
  return versionColumn === undefined || versionColumn === idColumn ? [idColumn] : [idColumn, versionColumn];
}

/** writeStatement makes the statement of one change; throws ForbiddenColumnError and UnwritableValueError. */
export function writeStatement(table: Table, shape: TableShape, item: WriteItem): Statement {
  if (item.kind === 'create') return insertStatement(table, shape, item);
  const fields = item.kind === 'archive' ? { ...table.definition.archive?.fields, ...item.fields } : item.fields;
  return item.kind === 'delete' ? deleteStatement(table, shape, item) : updateStatement(table, shape, item, fields);
}

function insertStatement(table: Table, shape: TableShape, { fields, idempotencyKey }: WriteItem): Statement {
  const { definition } = table;
  const parameters = new SqlParameters();
  const cells: [string, string][] = assignments(table, shape, fields, parameters);
  for (const name of definition.touch) cells.push([quoteIdentifier(name), touched(table, shape, name, parameters)]);
  const { keyColumn } = definition.create ?? {};
  if (keyColumn !== undefined) cells.push([quoteIdentifier(keyColumn), parameters.add(idempotencyKey, columnOf(shape, keyColumn).type)]);
  const rows = cells.length === 0 ? 'default values' : `(${cells.map(([name]) => name).join(', ')}) values (${cells.map(([, value]) => value).join(', ')})`;
  const once = keyColumn === undefined ? '' : ` on conflict (${quoteIdentifier(keyColumn)}) do nothing`;
  return { text: `insert into ${shape.name} ${rows}${once} returning ${returning(table)}`, values: parameters.values };
}

/** madeBefore is the statement that finds the row which an earlier create with the same key has made. */
export function madeBefore(table: Table, shape: TableShape, keyColumn: string, key: string): Statement {
  const parameters = new SqlParameters();
  return { text: `select ${returning(table)} from ${shape.name} where ${quoteIdentifier(keyColumn)} = ${parameters.add(key, columnOf(shape, keyColumn).type)}`, values: parameters.values };
}

/** rowExists is the statement that tells a row that is gone from one that has another version. */
export function rowExists(table: Table, shape: TableShape, id: string): Statement {
  const parameters = new SqlParameters();
  return { text: `select 1 as there from ${shape.name} where ${idIs(table, shape, id, parameters)}`, values: parameters.values };
}

function updateStatement(table: Table, shape: TableShape, { id, expectedVersion }: WriteItem, fields: JsonObject): Statement {
  const { touch, increment } = table.definition;
  const parameters = new SqlParameters();
  const sets = assignments(table, shape, fields, parameters).map(([name, value]) => `${name} = ${value}`);
  for (const name of touch) sets.push(`${quoteIdentifier(name)} = ${touched(table, shape, name, parameters)}`);
  for (const name of increment) sets.push(`${quoteIdentifier(name)} = ${quoteIdentifier(name)} + 1`);
  // Nothing to set is still asked of the row, which may be gone.
  if (sets.length === 0) sets.push(`${quoteIdentifier(table.definition.idColumn)} = ${quoteIdentifier(table.definition.idColumn)}`);
  return { text: `update ${shape.name} set ${sets.join(', ')} where ${idIs(table, shape, id, parameters)}${versionIs(table, shape, expectedVersion, parameters)} returning ${returning(table)}`, values: parameters.values };
}

function deleteStatement(table: Table, shape: TableShape, { id, expectedVersion }: WriteItem): Statement {
  const parameters = new SqlParameters();
  return { text: `delete from ${shape.name} where ${idIs(table, shape, id, parameters)}${versionIs(table, shape, expectedVersion, parameters)} returning ${returning(table)}`, values: parameters.values };
}

function assignments(table: Table, shape: TableShape, fields: JsonObject, parameters: SqlParameters): [string, string][] {
  const allowed: ReadonlySet<string> = new Set(table.definition.columns);
  return Object.entries(fields).map(([name, value]: [string, Json]) => {
    if (!allowed.has(name)) throw new ForbiddenColumnError(`'${name}' is not among the 'columns' of ${table.label}; add it there, or take it out of the sync`);
    return [quoteIdentifier(name), valueExpression(columnOf(shape, name), value, table.timeZone, parameters)];
  });
}

function touched(table: Table, shape: TableShape, name: string, parameters: SqlParameters): string {
  return columnOf(shape, name).kind === 'timestamp' ? `pg_catalog.now() at time zone ${parameters.add(table.timeZone, 'pg_catalog.text')}` : 'pg_catalog.now()';
}

function idIs({ definition: { idColumn } }: Table, shape: TableShape, id: string | null, parameters: SqlParameters): string {
  return `${quoteIdentifier(idColumn)} = ${parameters.add(id, columnOf(shape, idColumn).type)}`;
}

function versionIs({ definition: { versionColumn } }: Table, shape: TableShape, version: string | null, parameters: SqlParameters): string {
  if (versionColumn === undefined || version === null) return '';
  return ` and ${quoteIdentifier(versionColumn)} = ${parameters.add(version, columnOf(shape, versionColumn).type)}`;
}

function returning(table: Table): string {
  return returnedColumns(table).map(quoteIdentifier).join(', ');
}
