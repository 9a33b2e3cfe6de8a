import type { Json } from '../../contracts/json.js';
import type { ValueOrField } from '../../contracts/sync-definition.js';
import { compileGetter, isJsonArray } from '../json-pointer.js';
import { scalarText } from '../text-value.js';

/** isMissing says whether a value counts as none: absent, null, blank, or a list without items. */
export function isMissing(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return isJsonArray(value) && value.every(isMissing);
}

/** compileRegion makes a function that says which country a record's numbers and postcodes belong to. */
export function compileRegion(region: ValueOrField | undefined): (record: Json) => string | undefined {
  if (region === undefined) return () => undefined;
  if ('value' in region) return () => region.value;
  const get = compileGetter(region.field);
  return (record) => {
    const value = scalarText(get(record) ?? null);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
}
