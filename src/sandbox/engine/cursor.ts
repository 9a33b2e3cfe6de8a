import type { Position } from './record.js';

/** Cursor is a place in a list: after the record of this position, in the order of age or of change. */
export interface Cursor extends Position {
  readonly order: 'age' | 'change';
}

/** writeCursor makes an opaque token of a cursor. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.order}:${cursor.updatedMs}:${cursor.ordinal}`).toString('base64url');
}

/** readCursor reads a token of writeCursor; undefined when it is none. */
export function readCursor(token: string): Cursor | undefined {
  const parts = /^(age|change):(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (parts === null) return undefined;
  return { order: parts[1] === 'age' ? 'age' : 'change', updatedMs: Number(parts[2]), ordinal: Number(parts[3]) };
}
