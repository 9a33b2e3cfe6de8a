import { createHash, timingSafeEqual } from 'node:crypto';

/** sameSecret compares two texts or byte strings of any length, in a time that says nothing about where they differ. */
export function sameSecret(one: string | Buffer, other: string | Buffer): boolean {
  // Digests have one length, without which timingSafeEqual throws.
  return timingSafeEqual(digest(one), digest(other));
}

function digest(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest();
}
