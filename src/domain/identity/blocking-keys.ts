import type { FieldKind } from '../../contracts/field-kind.js';
import type { IdentityField } from './identity-field.js';

/** Feature is a part of a value that survives most slips; whole values are rare enough to be a key by themselves. */
interface Feature {
  readonly field: number;
  readonly text: string;
  readonly kind: FieldKind;
}

const nameKinds: ReadonlySet<FieldKind> = new Set(['given-name', 'family-name', 'name']);
/** Kinds of which two features make a key also without a name; a town and a state alone would find half of the records. */
const wholeKinds: ReadonlySet<FieldKind> = new Set(['name', 'date', 'address', 'phone', 'email', 'text']);
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * blockingKeys gives the numbers by which a database finds the records that one may be: each is a whole value, or two
 * parts of different fields, of which most pairs of one entity have several in common (blocking on several keys: Winkler
 * 2005, "Approximate String Comparator Search Strategies for Very Large Administrative Lists"). Signed 32-bit FNV-1a
 * hashes: records that meet by chance cost a comparison and nothing else.
 */
export function blockingKeys(fields: readonly IdentityField[], forms: Readonly<Record<string, string>>): readonly number[] {
  const keys = new Set<number>();
  const features = fields.flatMap(({ name, kind }, field) => {
    const form = forms[name];
    if (form === undefined) return [];
    if (wholeKinds.has(kind)) keys.add(hashOf(`${kind}=${form}`));
    return featuresOf(kind, form).map((text): Feature => ({ field, text, kind }));
  });
  for (const [place, one] of features.entries()) {
    for (const other of features.slice(place + 1)) {
      const isTelling = nameKinds.has(one.kind) || nameKinds.has(other.kind) || one.kind === 'date' || other.kind === 'date';
      if (one.field === other.field || !isTelling) continue;
      // Names stand in each other's place at times, so that their order does not count.
      keys.add(hashOf([familyOf(one), familyOf(other)].toSorted().join('+')));
    }
  }
  return [...keys].toSorted((a, b) => a - b);
}

function featuresOf(kind: FieldKind, form: string): readonly string[] {
  switch (kind) {
    case 'given-name':
    case 'family-name':
      return [form.replaceAll(' ', '').slice(0, 3)];
    case 'name':
    case 'text':
      return form.split(' ').slice(0, 3).map((word) => word.slice(0, 4));
    case 'date':
      return form.length === 8 ? [form.slice(0, 4), form.slice(4)] : [form];
    case 'address':
      return [form.split(' ').find((word) => /^\p{L}{4}/u.test(word))?.slice(0, 4) ?? form.slice(0, 4)];
    case 'place':
      return [form.replaceAll(' ', '').slice(0, 4)];
    case 'email':
      return [form.slice(0, 4)];
    case 'phone':
      return [form.slice(-4)];
    case 'postcode':
      return [form];
    case 'code':
      return form.length >= 4 ? [form] : [];
  }
}

function familyOf({ kind, text }: Feature): string {
  return `${nameKinds.has(kind) ? 'n' : kind}:${text}`;
}

function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash | 0;
}
