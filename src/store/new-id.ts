import { randomFillSync } from 'node:crypto';
import { v5, v7 } from 'uuid';

const pool = new Uint8Array(16 * 1024);
let used = pool.length;

/**
 * newId gives a UUID of version 7 (RFC 9562): ids grow with time, so new rows go to the end of an index. The random
 * part is drawn in large pieces, since a run makes two ids for every record.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 16);
  used += 16;
  return v7({ random });
}

/** idFrom gives the same UUID (version 5, RFC 9562) each time for a name within a space; a space is a UUID, and without one all names share one. */
export function idFrom(name: string, space: string = v5.URL): string {
  return v5(name, space);
}
