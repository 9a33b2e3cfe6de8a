import type { DefinitionPath } from './definition-source.js';

/** isMapping says whether a value is a mapping of keys to values. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** valueAt gives what stands at a path of a definition that may be wrong in any way; undefined where nothing does. */
export function valueAt(value: unknown, path: DefinitionPath): unknown {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === 'number') current = current[step];
    else if (isMapping(current) && Object.hasOwn(current, step)) current = current[String(step)];
    else return undefined;
  }
  return current;
}

/** textAt gives the text at a path; undefined where there is none. */
export function textAt(value: unknown, path: DefinitionPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** mappingAt gives the mapping at a path; empty where there is none. */
export function mappingAt(value: unknown, path: DefinitionPath): Readonly<Record<string, unknown>> {
  const found = valueAt(value, path);
  return isMapping(found) ? found : {};
}

/** listAt gives the list at a path; empty where there is none. */
export function listAt(value: unknown, path: DefinitionPath): readonly unknown[] {
  const found: unknown = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** eachText visits every text in a value, keys excluded, with its path. */
export function eachText(value: unknown, visit: (text: string, path: DefinitionPath) => void, path: DefinitionPath = []): void {
  if (typeof value === 'string') visit(value, path);
  else if (Array.isArray(value)) value.forEach((part, index) => eachText(part, visit, [...path, index]));
  else if (isMapping(value)) for (const [key, part] of Object.entries(value)) eachText(part, visit, [...path, key]);
}
