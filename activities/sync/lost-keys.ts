import type { StrongKeyValue } from '../../src/contracts/strong-key.js';

/** lostKeys is the keys that an entity had before and no longer has. */
export function lostKeys(before: readonly StrongKeyValue[], now: readonly StrongKeyValue[]): readonly StrongKeyValue[] {
  return before.filter((old) => !now.some((key) => key.kind === old.kind && key.value === old.value));
}
