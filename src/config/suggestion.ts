import { closest, distance } from 'fastest-levenshtein';

/** suggestion gives the known name nearest to a mistyped one, or undefined where none is near enough to be meant. */
export function suggestion(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || typed === '') return undefined;
  const wanted = typed.toLowerCase();
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]));
  const nearest = closest(wanted, [...byLowerCase.keys()]);
  // Two swapped letters count as two changes; in very short names two changes make a different word.
  const length = Math.max(wanted.length, nearest.length);
  const allowed = length <= 3 ? 1 : length <= 8 ? 2 : 3;
  return distance(wanted, nearest) <= allowed ? byLowerCase.get(nearest) : undefined;
}

/** didYouMean gives `; did you mean 'x'?`, else `; known are a, b, c` when the list is short, else nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const nearest = suggestion(typed, known);
  if (nearest !== undefined) return `; did you mean '${nearest}'?`;
  const names = [...new Set(known)];
  if (names.length === 0 || names.length > 20) return '';
  return `; known ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
}
