import type { FieldKind } from '../../contracts/field-kind.js';

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
