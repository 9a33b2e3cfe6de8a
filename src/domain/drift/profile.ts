import type { FieldProfile, ObjectProfile, ValueShape } from '../../contracts/drift.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import { isJsonObject } from '../json-pointer.js';

const MOST_FIELDS = 300;
const MOST_DEPTH = 3;
const MOST_VALUES = 20;
/** Fewer values may well be different by chance. */
const FEWEST_FOR_VALUES = 50;
const LONGEST_VALUE = 40;

interface Collected {
  present: number;
  readonly shapes: Partial<Record<ValueShape, number>>;
  /** Undefined once there are too many, or one is too long. */
  values: Set<string> | undefined;
}

/** profileOf describes what records look like: which fields have values, of which shapes, and the values where they are few. */
export function profileOf(records: readonly JsonObject[]): ObjectProfile {
  const fields = new Map<string, Collected>();
  for (const record of records) walk(record, '', 0, fields);
  return { records: records.length, fields: Object.fromEntries([...fields].map(([field, collected]) => [field, profile(collected, records.length)])) };
}

function walk(value: JsonObject, at: string, depth: number, fields: Map<string, Collected>): void {
  for (const [name, part] of Object.entries(value)) {
    const field = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!fields.has(field) && fields.size >= MOST_FIELDS) continue;
    const collected = fields.get(field) ?? { present: 0, shapes: {}, values: new Set<string>() };
    fields.set(field, collected);
    if (part === null || part === '') continue;
    collect(collected, part);
    if (isJsonObject(part) && depth + 1 < MOST_DEPTH) walk(part, field, depth + 1, fields);
  }
}

function collect(collected: Collected, value: Json): void {
  const shape = shapeOf(value);
  collected.present += 1;
  collected.shapes[shape] = (collected.shapes[shape] ?? 0) + 1;
  if (typeof value !== 'string' || value.length > LONGEST_VALUE) collected.values = undefined;
  else if (collected.values !== undefined && collected.values.add(value).size > MOST_VALUES) collected.values = undefined;
}

function profile({ present, shapes, values }: Collected, records: number): FieldProfile {
  // Few values that come again and again are a list of codes; few because there are few records say nothing.
  const isCode = values !== undefined && present >= FEWEST_FOR_VALUES && values.size * 5 <= present;
  return { present: records === 0 ? 0 : present / records, shapes, values: isCode ? [...values].toSorted() : null };
}

/** shapeOf is the shape of one value that is neither null nor an empty text. */
export function shapeOf(value: Json): ValueShape {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'string') return 'object';
  const text = value.slice(0, 200);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'date';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return 'datetime';
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return 'uuid';
  if (/^-?\d+([.,]\d+)?$/.test(text)) return 'numeric-text';
  if (/^https?:\/\//i.test(text)) return 'url';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? 'email' : 'text';
}
