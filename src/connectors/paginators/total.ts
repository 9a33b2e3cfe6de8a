import type { Json } from '../../contracts/json.js';
import { compileGetter } from '../../domain/json-pointer.js';

/** createTotalReader reads how many records the whole list has; undefined where the answer does not say. */
export function createTotalReader(pointer: string | undefined): (body: Json | undefined) => number | undefined {
  if (pointer === undefined) return () => undefined;
  const get = compileGetter(pointer);
  return (body) => {
    const value = body === undefined ? undefined : get(body);
    const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined;
  };
}
