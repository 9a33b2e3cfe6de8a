import type { Purpose } from '../../contracts/budget.js';
import type { ListRequest, Page, PageToken, SourceRecord } from '../../contracts/connector.js';
import { sinceParameter } from '../since-parameter.js';
import type { Asked, Row, Session, Sessions } from './sessions.js';
import { quoteIdentifier, SqlParameters } from './sql.js';
import { sqlState } from './sql-state.js';
import { columnOf, readRecord, readRow, selectList, type Table } from './table-runtime.js';
import type { TableShape } from './table-shape.js';

/** More rows with one and the same value are not looked at: it is no key. */
const MOST_FOUND = 50;

/** RowReader reads the rows of one table. */
export interface RowReader {
  list(request: ListRequest): AsyncGenerator<Page, void, undefined>;
  get(id: string, signal: AbortSignal): Promise<SourceRecord | null>;
  find(column: string, value: string, signal: AbortSignal): Promise<readonly SourceRecord[]>;
}

/** createRowReader makes the reader of a table. */
export function createRowReader(table: Table, sessions: Sessions, purpose: Purpose): RowReader {
  const { definition } = table;
  const name = definition.table.join('.');

  const run = <Result>(asked: Asked, signal: AbortSignal, work: (session: Session, shape: TableShape) => Promise<Result>): Promise<Result> =>
    sessions.use(purpose, signal, asked, async (session) => work(session, await table.shape(session))).catch((error: unknown) => {
      table.noted(error);
      throw sessions.failure(error, asked);
    });

  const pageQuery = (shape: TableShape, sinceMs: number | undefined, token: PageToken | undefined): { readonly text: string; readonly values: readonly (string | null)[] } => {
    const parameters = new SqlParameters();
    const id = columnOf(shape, definition.idColumn);
    const updated = sinceMs === undefined || definition.updatedColumn === undefined ? undefined : columnOf(shape, definition.updatedColumn);
    const order = [...(updated === undefined ? [] : [updated]), id];
    const wheres = [
      ...(updated === undefined || sinceMs === undefined ? [] : [
        // A time without a zone is written as the clock of the system showed it, and around a change of its clocks two hours earlier.
        `${quoteIdentifier(updated.name)} >= ${updated.kind === 'timestamp' ? parameters.add(sinceParameter(sinceMs, { format: 'space', value: '{since}' }, table.timeZone), 'pg_catalog.timestamp') : parameters.add(new Date(sinceMs).toISOString(), 'pg_catalog.timestamptz')}`,
      ]),
      ...(token === undefined ? [] : [
        `(${order.map((column) => quoteIdentifier(column.name)).join(', ')}) > (${order.map((column) => parameters.add(String(token[column === id ? 'id' : 'updated'] ?? ''), column.type)).join(', ')})`,
      ]),
    ];
    return {
      text: `select ${selectList(shape, definition.columns)} from ${shape.name}${wheres.length === 0 ? '' : ` where ${wheres.join(' and ')}`} order by ${order.map((column) => quoteIdentifier(column.name)).join(', ')} limit ${definition.pageSize}`,
      values: parameters.values,
    };
  };
  const tokenAfter = (rows: readonly Row[], bySince: boolean): PageToken | null => {
    // A short page is the last one; rows without an id stand at the end.
    const last = rows.length < definition.pageSize ? undefined : rows.at(-1);
    const id = last?.[definition.idColumn] ?? null;
    if (last === undefined || id === null) return null;
    const { updatedColumn } = definition;
    return { id, ...(bySince && updatedColumn !== undefined ? { updated: last[updatedColumn] ?? '' } : {}) };
  };
  const records = (shape: TableShape, rows: readonly Row[]): Pick<Page, 'records' | 'bad'> => table.selector.all(rows.map((row) => readRow(shape, definition.columns, row)));
  const one = (shape: TableShape, row: Row, asked: Asked): SourceRecord => {
    const record = readRecord(table, shape, row);
    if (typeof record !== 'string') return record;
    throw sessions.failed({ outcome: 'fail', code: 'unexpected-shape', what: `gave a row that cannot be used: ${record}`, request: asked.request });
  };
  const equal = async (column: string, value: string, signal: AbortSignal, asked: Asked, most: number): Promise<readonly SourceRecord[]> => {
    const parameters = new SqlParameters();
    return run(asked, signal, async (session, shape) => {
      const { type } = columnOf(shape, column);
      const text = `select ${selectList(shape, definition.columns)} from ${shape.name} where ${quoteIdentifier(column)} = ${parameters.add(value, type)} limit ${most}`;
      const rows = await session.query(text, parameters.values).catch((error: unknown) => {
        // Text that cannot be a value of the column, such as letters for a number, is in no row.
        if (sqlState(error)?.startsWith('22') === true) return { rows: [] };
        throw error;
      });
      return rows.rows.map((row) => one(shape, row, asked));
    });
  };

  return {
    async *list({ sinceMs, from, signal }) {
      const asked: Asked = { request: `list ${name}`, operation: 'list' };
      const bySince = sinceMs !== undefined && definition.updatedColumn !== undefined;
      if (from !== undefined && (typeof from['id'] !== 'string' || (from['updated'] !== undefined) !== bySince)) {
        throw sessions.failed({ outcome: 'retry', code: 'page-token-expired', what: 'cannot go on from the stored place: it was made by another definition; the list must be read from its start', request: asked.request });
      }
      for (let token: PageToken | null | undefined = from; token !== null;) {
        const at: PageToken | undefined = token;
        const page: Page = await run(asked, signal, async (session, shape) => {
          const { text, values } = pageQuery(shape, sinceMs, at);
          const { rows } = await session.query(text, values);
          return { ...records(shape, rows), next: tokenAfter(rows, bySince) };
        });
        yield page;
        token = page.next;
      }
    },
    async get(id, signal) {
      if (id.includes('\0')) return null;
      const [found] = await equal(definition.idColumn, id, signal, { request: `get ${name}`, operation: 'read' }, 1);
      return found ?? null;
    },
    async find(column, value, signal) {
      if (!Object.hasOwn(definition.find?.by ?? {}, column)) throw new Error(`The object ${table.label} has no find by '${column}'.`);
      return value.includes('\0') ? [] : equal(column, value, signal, { request: `find ${name}`, operation: 'list' }, MOST_FOUND);
    },
  };
}
