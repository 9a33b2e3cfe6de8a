/**
 * FieldKind says what a field holds, and with that how its values are normalised and compared: parts of a person's name,
 * a whole name (of a person or a company), a date, a street address, a place, a postcode, a phone number, an e-mail
 * address, a number or code in which every character counts, or any other text.
 */
export type FieldKind = 'given-name' | 'family-name' | 'name' | 'date' | 'address' | 'place' | 'postcode' | 'phone' | 'email' | 'code' | 'text';

/** fieldKinds lists every kind, in the order in which documentation shows them. */
export const fieldKinds = ['given-name', 'family-name', 'name', 'date', 'address', 'place', 'postcode', 'phone', 'email', 'code', 'text'] as const satisfies readonly FieldKind[];

/** IdentityField is one field by which records are compared; a configuration says nothing else about it. */
export interface IdentityField {
  readonly name: string;
  readonly kind: FieldKind;
}

/** IdentityRecord is one record as the comparison sees it: values by field name; an absent or empty value is missing. */
export interface IdentityRecord {
  readonly id: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}
