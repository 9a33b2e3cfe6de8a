import type { Purpose } from '../../contracts/budget.js';
import type { BeforeSend, WriteItem, WriteKind, WriteResult } from '../../contracts/connector.js';
import type { SystemError } from '../../contracts/system-error.js';
import { readId, readScalarText } from '../record-id.js';
import { writeDone, writeFailed } from '../write-result.js';
import { UnwritableValueError } from './column-values.js';
import type { Asked, Session, Sessions } from './sessions.js';
import { readRow, type Table } from './table-runtime.js';
import type { TableShape } from './table-shape.js';
import { ForbiddenColumnError, madeBefore, returnedColumns, rowExists, writeStatement, type Statement } from './write-statements.js';

/** RowWriter writes rows of one table, all of one kind. */
export type RowWriter = (kind: WriteKind, items: readonly WriteItem[], signal: AbortSignal, beforeSend?: BeforeSend) => Promise<readonly WriteResult[]>;

interface Entry {
  readonly item: WriteItem;
  readonly position: number;
  readonly statement: Statement;
}

/**
 * createRowWriter makes the writer of a table: one transaction for all items, and where one of them is refused, one
 * transaction for each. The COMMIT is sent within half the settle time of the system, so that whoever takes the writes
 * over finds either all of it or nothing; a COMMIT without an answer is `unknown`.
 */
export function createRowWriter(table: Table, sessions: Sessions, purpose: Purpose, settleMs: number): RowWriter {
  const { definition } = table;
  const sendWithinMs = Math.max(settleMs / 2, 1_000);

  const askedFor = (kind: WriteKind): Asked => ({
    request: `${kind} ${definition.table.join('.')}`,
    operation: kind !== 'create' ? 'change' : definition.create?.keyColumn === undefined ? 'create' : 'keyed-create',
  });
  const refused = (what: string, asked: Asked, outcome: SystemError['detail']['outcome'] = 'park'): WriteResult =>
    writeFailed(sessions.failed({ outcome, code: outcome === 'park' ? 'unexpected-shape' : 'aborted', what: `was not sent: ${what}`, request: asked.request }));

  const resultOf = async (session: Session, shape: TableShape, { item, statement }: Entry, asked: Asked): Promise<WriteResult> => {
    const { rows } = await session.query(statement.text, statement.values);
    const { keyColumn } = definition.create ?? {};
    let [row] = rows;
    if (row === undefined && item.kind === 'create' && keyColumn !== undefined) {
      const before = madeBefore(table, shape, keyColumn, item.idempotencyKey);
      [row] = (await session.query(before.text, before.values)).rows;
    }
    if (row === undefined && item.id !== null) {
      const there = rowExists(table, shape, item.id);
      const { count } = await session.query(there.text, there.values);
      return writeFailed(count === 0
        ? sessions.failed({ outcome: 'not-found', code: 'status', what: 'found no row with this id', request: asked.request })
        : sessions.failed({ outcome: 'version-conflict', code: 'status', what: 'found the row with another version than expected', request: asked.request }));
    }
    if (row === undefined) return refused('a rule or a trigger of the table kept the row from being made', asked);
    const values = readRow(shape, returnedColumns(table), row);
    const id = readId(values[definition.idColumn]);
    const version = definition.versionColumn === undefined ? undefined : readScalarText(values[definition.versionColumn]);
    return id === undefined ? refused('the table gave the row an id that is no id', asked) : writeDone(null, id, version ?? null);
  };

  /** One transaction; the error of a statement, or of the COMMIT, comes with whether the COMMIT had been sent. */
  const transaction = async (session: Session, shape: TableShape, entries: readonly Entry[], asked: Asked, leftMs: () => number): Promise<readonly WriteResult[] | SystemError> => {
    let committing = false;
    try {
      await session.query(`begin; set local statement_timeout = ${Math.max(1, Math.ceil(leftMs()))}`);
      const results: WriteResult[] = [];
      for (const entry of entries) results.push(await resultOf(session, shape, entry, asked));
      if (leftMs() <= 0) {
        await session.query('rollback');
        return sessions.failed({ outcome: 'retry', code: 'timeout', what: 'was taken back: the statements took longer than half the settle time of the system', request: asked.request });
      }
      committing = true;
      const { command } = await session.query('commit');
      if (command === 'COMMIT') return results;
      return sessions.failed({ outcome: 'retry', code: 'status', what: 'was taken back by the database', request: asked.request });
    } catch (error) {
      table.noted(error);
      if (!committing) await session.query('rollback').catch(() => undefined);
      return sessions.failure(error, asked, committing);
    }
  };

  const send = async (session: Session, shape: TableShape, entries: readonly Entry[], asked: Asked): Promise<readonly WriteResult[]> => {
    const startedAt = performance.now();
    const leftMs = (): number => sendWithinMs - (performance.now() - startedAt);
    const together = await transaction(session, shape, entries, asked, leftMs);
    if (!(together instanceof Error)) return together;
    if (entries.length === 1 || !isAboutOne(together)) return entries.map((entry) => failedFor(entry, together));
    const results: WriteResult[] = [];
    for (const entry of entries) {
      const alone = leftMs() <= 0 ? undefined : await transaction(session, shape, [entry], asked, leftMs);
      const [result] = alone === undefined || alone instanceof Error ? [] : alone;
      results.push(result ?? (alone instanceof Error ? failedFor(entry, alone) : refused('others of the same batch took too long', asked, 'retry')));
    }
    return results;
  };
  const failedFor = ({ item }: Entry, error: SystemError): WriteResult =>
    writeFailed(error, error.detail.outcome === 'exists' ? readId(item.fields[definition.idColumn]) ?? null : null);

  return async (kind, items, signal, beforeSend) => {
    const asked = askedFor(kind);
    const results: WriteResult[] = [];
    const prepare = (shape: TableShape): readonly Entry[] => items.flatMap((item, position) => {
      try {
        return [{ item, position, statement: writeStatement(table, shape, item) }];
      } catch (error) {
        if (!(error instanceof ForbiddenColumnError) && !(error instanceof UnwritableValueError)) throw error;
        results[position] = refused(error.message, asked);
        return [];
      }
    });
    let held = false;
    try {
      await sessions.use(purpose, signal, asked, async (session) => {
        const shape = await table.shape(session);
        const entries = prepare(shape);
        if (entries.length === 0) return;
        const why = await heldBack(entries, beforeSend);
        if (why !== undefined) {
          for (const { position } of entries) results[position] = refused(why, asked, 'retry');
          return;
        }
        held = true;
        const answers = await send(session, shape, entries, asked);
        entries.forEach(({ position }, index) => { results[position] = answers[index] ?? refused('it has no answer', asked, 'retry'); });
        // A connection whose COMMIT was not answered is of no more use.
        if (answers.some(({ outcome }) => outcome === 'unknown')) throw new LostCommit();
      });
    } catch (error) {
      if (!(error instanceof LostCommit)) {
        // The work was cut off: what was sent by then may have been a COMMIT.
        const failure = writeFailed(sessions.failure(error, asked, held));
        for (const position of items.keys()) results[position] ??= failure;
      }
    }
    return items.map((_item, position) => results[position] ?? refused('it was called off', asked, 'retry'));
  };
}

/** LostCommit ends the use of a connection; the results stand. */
class LostCommit extends Error {}

/** Only what the database dislikes about a row is looked for row by row. */
function isAboutOne({ detail: { outcome } }: SystemError): boolean {
  return outcome === 'park' || outcome === 'exists' || outcome === 'version-conflict';
}

async function heldBack(entries: readonly Entry[], beforeSend: BeforeSend | undefined): Promise<string | undefined> {
  try {
    return beforeSend === undefined || (await beforeSend(entries.map(({ position }) => position))) ? undefined : 'it was called off at the last moment';
  } catch (error) {
    return `it could not be made ready (${error instanceof Error ? error.message : 'unknown error'})`;
  }
}
