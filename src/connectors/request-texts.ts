import type { HttpClient } from '../http/client-types.js';

/** resolveAll resolves the references in the values of parameters or constants; numbers, booleans and null stay as they are. */
export function resolveAll<T>(client: Pick<HttpClient, 'resolve'>, values: Readonly<Record<string, T>>): Record<string, T> {
  const resolved: Record<string, T> = {};
  for (const name in values) {
    const value = values[name] as T;
    resolved[name] = typeof value === 'string' ? (client.resolve(value) as T) : value;
  }
  return resolved;
}
