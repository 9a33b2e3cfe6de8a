import type { FieldKind } from '../../contracts/field-kind.js';

/** Kinds of one family share their tokens, so that a value in the sister field is found as well. */
const families = {
  'given-name': 'n', 'family-name': 'n', name: 'n', date: 'd', address: 'a', place: 'a', postcode: 'z', phone: 't', email: 'e', code: 'c', text: 'x',
} as const satisfies Record<FieldKind, string>;

/**
 * blockingTokens gives what a normal form is found by: its trigrams with marked ends, as PostgreSQL's pg_trgm cuts them
 * word by word, and the whole value, which weighs by its own rarity. Dates give their parts in pairs as well.
 */
export function blockingTokens(kind: FieldKind, value: string): readonly string[] {
  const family = families[kind];
  const tokens = [`${family}=${value}`];
  if (kind === 'date' && value.length === 8) {
    const [year, month, day] = [value.slice(0, 4), value.slice(4, 6), value.slice(6)];
    return [...tokens, `d:${year}${month}--`, `d:${year}--${day}`, `d:--${month}${day}`];
  }
  for (const word of value.split(kind === 'email' ? /[.@_+-]/ : ' ')) {
    const marked = `  ${word} `;
    for (let start = 0; start + 3 <= marked.length; start += 1) tokens.push(`${family}:${marked.slice(start, start + 3)}`);
  }
  return tokens;
}
