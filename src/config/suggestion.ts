import { closest, distance } from 'fastest-levenshtein';

/** suggestion gives the known name nearest to a mistyped one, or undefined where none is near enough to be meant. */
export function suggestion(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || typed === '') return undefined;
  const wanted = typed.toLowerCase();
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]));
  const nearest = closest(wanted, [...byLowerCase.keys()]);
  // A third of the letters may differ; more than that is a different word.
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, nearest.length) / 3));
  return distance(wanted, nearest) <= allowed ? byLowerCase.get(nearest) : undefined;
}

/** didYouMean gives `; did you mean 'x'?`, else `; known are a, b, c` when the list is short, else nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const nearest = suggestion(typed, known);
  if (nearest !== undefined) return `; did you mean '${nearest}'?`;
  if (known.length === 0 || known.length > 20) return '';
  return `; known ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
}
