import type { SourceRecord } from '../../contracts/connector.js';
import type { JsonObject } from '../../contracts/json.js';
import type { TableDefinition } from '../../contracts/postgres-definition.js';
import { createSelector, type Selector } from '../selector.js';
import { readColumn, selectExpression } from './column-values.js';
import type { Asked, Row, Session, Sessions } from './sessions.js';
import { isShapeChange } from './sql-state.js';
import { MissingColumnError, readTableShape, type Column, type TableShape } from './table-shape.js';

/** Table is an object of a system together with what the database says of it. */
export interface Table {
  /** `system.object`, for messages. */
  readonly label: string;
  readonly definition: TableDefinition;
  readonly timeZone: string;
  readonly selector: Selector;
  /** shape gives the columns as the database has them; asked once, and again after a statement failed for them. */
  shape(session: Session): Promise<TableShape>;
  /** noted looks at an error of a statement: after one that a changed table explains, the columns are asked for again. */
  noted(error: unknown): void;
}

/** createTable prepares an object. */
export function createTable(label: string, definition: TableDefinition, timeZone: string, sessions: Sessions): Table {
  const selector = createSelector(definition, timeZone);
  const asked: Asked = { request: `columns of ${definition.table.join('.')}`, operation: 'list' };
  let known: TableShape | undefined;
  return {
    label, definition, timeZone, selector,
    async shape(session) {
      if (known !== undefined) return known;
      try {
        known = await readTableShape(definition, async (text, values) => (await session.query(text, values)).rows);
        return known;
      } catch (error) {
        if (!(error instanceof MissingColumnError)) throw sessions.failure(error, asked);
        throw sessions.failed({ outcome: 'fail', code: 'unexpected-shape', what: `cannot be used: ${error.message}; correct the definition of ${label}`, request: asked.request });
      }
    },
    noted(error) {
      if (isShapeChange(error)) known = undefined;
    },
  };
}

/** columnOf gives a column that the definition names. */
export function columnOf({ columns }: TableShape, name: string): Column {
  const column = columns.get(name);
  if (column === undefined) throw new Error(`there is no column '${name}'`);
  return column;
}

/** selectList is the columns that are read, as SQL. */
export function selectList(shape: TableShape, names: readonly string[]): string {
  return names.map((name) => selectExpression(columnOf(shape, name))).join(', ');
}

/** readRow turns a row into JSON. */
export function readRow(shape: TableShape, names: readonly string[], row: Row): JsonObject {
  return Object.fromEntries(names.map((name) => [name, readColumn(columnOf(shape, name), row[name] ?? null)]));
}

/** readRecord turns a row into a record; a text says why it is none. */
export function readRecord({ definition, selector }: Table, shape: TableShape, row: Row): SourceRecord | string {
  return selector.record(readRow(shape, definition.columns, row));
}
