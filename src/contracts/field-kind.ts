/** fieldKinds lists every kind of field that records can be compared by, in the order in which documentation shows them. */
export const fieldKinds = ['given-name', 'family-name', 'name', 'date', 'address', 'place', 'postcode', 'phone', 'email', 'code', 'text'] as const;

/**
 * FieldKind says what a field holds, and with that how its values are normalised and compared: parts of a person's name,
 * a whole name (of a person or a company), a date, a street address, a place, a postcode, a phone number, an e-mail
 * address, a number or code in which every character counts, or any other text.
 */
export type FieldKind = (typeof fieldKinds)[number];
