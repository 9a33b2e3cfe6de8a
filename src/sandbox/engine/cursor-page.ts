import type { Collection } from './collection.js';
import { writeCursor, type Cursor } from './cursor.js';
import type { Row } from './record.js';

/** CursorPage is a page of rows and the token of the page after it. */
export interface CursorPage {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/**
 * cursorPage reads the page after a cursor, or the first one: by age, or by time of change from `sinceMs` on where that
 * is given.
 */
export function cursorPage(collection: Collection, limit: number, cursor: Cursor | undefined, sinceMs: number | undefined): CursorPage {
  const order = cursor?.order ?? (sinceMs === undefined ? 'age' : 'change');
  const list = order === 'age' ? collection.byAge : collection.byChange;
  const start = cursor === undefined ? { updatedMs: sinceMs ?? 0, ordinal: 0 } : { updatedMs: cursor.updatedMs, ordinal: cursor.ordinal + 1 };
  const rank = list.rank(start);
  const rows = list.slice(rank, limit);
  const last = rows.at(-1);
  const more = last !== undefined && rank + rows.length < list.size;
  return { rows, next: more ? writeCursor({ order, updatedMs: last.updatedMs, ordinal: last.ordinal }) : undefined };
}
