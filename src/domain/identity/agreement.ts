/**
 * agreements are the levels of a comparison, best first: equal values; one slip of the pen apart; alike; faintly alike;
 * equal to what the other record has in the sister field (given and family name exchanged, two address lines exchanged);
 * different.
 */
export const agreements = ['same', 'near', 'similar', 'faint', 'swapped', 'different'] as const;

/** Agreement is the level on which two values of a field agree. */
export type Agreement = (typeof agreements)[number];

/** SAME to DIFFERENT are the places of the levels in `agreements`; MISSING, where a value is absent, is none of them. */
export const [SAME, NEAR, SIMILAR, FAINT, SWAPPED, DIFFERENT, MISSING] = [0, 1, 2, 3, 4, 5, -1] as const;
