import type { Json } from '../../contracts/json.js';
import { isJsonArray } from '../../domain/json-pointer.js';
import { parseJson } from '../../http/parse-json.js';
import { quoteIdentifier, type SqlParameters } from './sql.js';
import type { Column } from './table-shape.js';

/** UnwritableValueError says why a value cannot go into a column; it holds nothing of the value. */
export class UnwritableValueError extends Error {
  override readonly name = 'UnwritableValueError';
}

/** selectExpression is the text that reads a column; arrays and composite values are read as JSON. */
export function selectExpression({ name, kind }: Column): string {
  const column = quoteIdentifier(name);
  return kind === 'array' || kind === 'composite' ? `pg_catalog.to_json(${column}) as ${column}` : column;
}

/**
 * readColumn gives a value as it is written in JSON: integers of up to 32 bits and floating-point numbers as numbers;
 * bigint and numeric as text, digit for digit; timestamps in ISO 8601, those with a zone in UTC and those without one
 * without; everything else as PostgreSQL writes it.
 */
export function readColumn({ kind }: Column, text: string | null): Json {
  if (text === null) return null;
  switch (kind) {
    case 'number': return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean': return text === 't';
    case 'json':
    case 'array':
    case 'composite': return parseJson(Buffer.from(text));
    case 'timestamptz': return text.replace(timestampText, '$1T$2Z');
    case 'timestamp': return text.replace(localText, '$1T$2');
    case 'exact':
    case 'text': return text;
  }
}

// The session is in UTC. Times before year 1, after 9999, and infinity stay as PostgreSQL writes them.
const timestampText = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)\+00$/;
const localText = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;

/** What ends a time of day that names its zone. */
const zoned = /\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2}){0,2})$/;

/**
 * valueExpression is the text that stands for a value that goes into a column. A time without a zone that goes into a
 * column with one, and the reverse, is taken in `timeZone`: PostgreSQL would pass over the zone without a word. Throws
 * UnwritableValueError.
 */
export function valueExpression({ name, kind, type }: Column, value: Json, timeZone: string, parameters: SqlParameters): string {
  if (value === null) return parameters.add(null, type);
  if (kind === 'json') return parameters.add(JSON.stringify(value), type);
  if (kind === 'array' && isJsonArray(value)) {
    if (value.some((element) => typeof element === 'object' && element !== null)) throw new UnwritableValueError(`the list for the column '${name}' holds lists or objects`);
    return `array(select pg_catalog.jsonb_array_elements_text(${parameters.add(JSON.stringify(value), 'pg_catalog.jsonb')}))::${type}`;
  }
  if (typeof value === 'object') throw new UnwritableValueError(`a list or an object cannot go into the column '${name}', which is no JSON`);
  const text = String(value);
  if (text.includes('\0')) throw new UnwritableValueError(`the text for the column '${name}' holds a zero byte, which PostgreSQL cannot store`);
  if (kind === 'timestamptz' && !zoned.test(text)) return `(${parameters.add(text, 'pg_catalog.timestamp')} at time zone ${parameters.add(timeZone, 'pg_catalog.text')})`;
  if (kind === 'timestamp' && zoned.test(text)) return `(${parameters.add(text, 'pg_catalog.timestamptz')} at time zone ${parameters.add(timeZone, 'pg_catalog.text')})`;
  return parameters.add(text, type);
}
