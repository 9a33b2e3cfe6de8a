/**
 * objectOf says which object the type of a webhook's event names; null: none. A type that is listed as it is wins over one
 * that ends with `*`, which stands for whatever follows, and of several of these the longest wins.
 */
export function objectOf(objects: Readonly<Record<string, string>>, type: string): string | null {
  if (Object.hasOwn(objects, type)) return objects[type] ?? null;
  let best: string | undefined;
  for (const pattern of Object.keys(objects)) {
    if (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1)) && pattern.length > (best?.length ?? 0)) best = pattern;
  }
  return best === undefined ? null : objects[best] ?? null;
}
