/** StrongKeyValue is a normalised value whose equality means "the same entity". */
export interface StrongKeyValue {
  readonly kind: string;
  readonly value: string;
}
