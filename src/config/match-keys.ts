import type { MatchKey } from '../contracts/sync-definition.js';

/** MappedField is what matching needs to know of a mapping. */
export interface MappedField {
  readonly from: readonly string[];
  readonly to: string;
  readonly type: string;
}

/** MatchResolution is the target field that an entry of `match` means, or what is wrong with it. */
export type MatchResolution =
  | { readonly ok: true; readonly field: string; readonly kind: MatchKey['kind'] }
  | { readonly ok: false; readonly candidates: readonly string[] };

/**
 * resolveMatchField finds the target field that an entry of `match` means: the target field of that name, else the one
 * target that is made of the source field of that name alone. `candidates` are the targets where there are several.
 */
export function resolveMatchField(name: string, fields: readonly MappedField[]): MatchResolution {
  const target = fields.find((field) => field.to === name);
  const bySource = fields.filter((field) => field.from.length === 1 && field.from[0] === name);
  const found = target ?? (bySource.length === 1 ? bySource[0] : undefined);
  if (found === undefined) return { ok: false, candidates: bySource.map((field) => field.to) };
  return { ok: true, field: found.to, kind: kindOf(found.type) };
}

function kindOf(type: string): MatchKey['kind'] {
  return type === 'email' || type === 'phone' ? type : 'text';
}
