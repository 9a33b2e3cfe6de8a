import type { Json, JsonObject } from '../contracts/json.js';
import type { FieldMapping, ValueOrField } from '../contracts/sync-definition.js';
import { isEmptyValue } from './conversion-spec.js';
import { compileConversion, ConversionError } from './conversions.js';
import { excerptOf } from './excerpt.js';
import type { FieldGetter, FieldSetter, MutableJsonObject } from './json-pointer.js';
import { compileGetter, compileSetter, FieldPathError, isJsonArray, parseFieldPath } from './json-pointer.js';
import type { ProblemCode } from './refusal.js';
import { Refusal } from './refusal.js';
import { CLEANING_REPAIRS, compileTextMender, noteRepair } from './repairs.js';
import { MAX_LIST_LENGTH, scalarText, textProblem } from './text-value.js';
import { isTimeZone } from './time-zone.js';
import type { Surroundings, ValueReader } from './value-types.js';
import { compileReader } from './value-types.js';

/** MappedRecord is a source record in the target's shape, or everything that keeps it from being so. */
export type MappedRecord =
  | { readonly ok: true; readonly values: JsonObject; readonly repairs: readonly FieldRepair[] }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** FieldRepair is a repair that was made on the value of a target field. */
export interface FieldRepair {
  readonly field: string;
  readonly repair: string;
}

/** FieldProblem is why a target field cannot be made. */
export interface FieldProblem {
  /** Target field. */
  readonly field: string;
  /** Source fields. */
  readonly from: readonly string[];
  readonly code: ProblemCode;
  readonly message: string;
  /** Excerpt of the source value, at most 80 code points; may hold personal data. Absent where the value is missing. */
  readonly value?: string;
}

/** RecordMapper maps one source record. It never throws, whatever the record holds. */
export type RecordMapper = (record: JsonObject) => MappedRecord;

/** MappingError says which field mapping cannot be compiled, and why. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  constructor(readonly field: string, message: string) {
    super(message);
  }
}

/** FieldMapper makes one target field; it notes repairs in `made` and gives null where the value is missing. */
interface FieldMapper {
  readonly field: string;
  readonly from: readonly string[];
  readonly set: FieldSetter;
  readonly source: FieldGetter;
  readonly make: (source: Json | undefined, record: JsonObject, made: string[]) => Json | Refusal;
}

const NO_REPAIRS: readonly FieldRepair[] = [];
const NOTHING_AROUND: Surroundings = {};

/**
 * compileMapping makes field mappings one function. For each field: take the source value (several fields: their list),
 * clean it as declared, convert it step by step, read it as its type, make the other declared repairs. Null and the
 * empty text are missing: then the default, or a problem where the field is required, or null, so that what is cleared at
 * the source is cleared at the target. `timeZone` is the IANA zone of date-times that carry none.
 * @throws MappingError where a path, a conversion or the zone is wrong, or two fields are written to one place.
 */
export function compileMapping(fields: readonly FieldMapping[], context: { readonly timeZone: string }): RecordMapper {
  if (!isTimeZone(context.timeZone)) throw new MappingError('', `There is no IANA time zone ${context.timeZone}.`);
  refuseOverlaps(fields);
  const mappers = fields.map((mapping) => compileField(mapping, context.timeZone));
  const made: string[] = [];
  return (record) => {
    const values: MutableJsonObject = {};
    let repairs: FieldRepair[] | undefined;
    let problems: FieldProblem[] | undefined;
    for (const { field, from, set, source, make } of mappers) {
      made.length = 0;
      const input = source(record);
      const value = make(input, record, made);
      if (value instanceof Refusal) (problems ??= []).push(problemOf(field, from, value, input));
      else set(values, value);
      if (made.length > 0) (repairs ??= []).push(...made.map((repair) => ({ field, repair })));
    }
    return problems === undefined ? { ok: true, values, repairs: repairs ?? NO_REPAIRS } : { ok: false, problems };
  };
}

function compileField(mapping: FieldMapping, timeZone: string): FieldMapper {
  const { to: field, from } = mapping;
  try {
    return { field, from, set: compileSetter(field), source: compileSource(mapping), make: compileMake(mapping, timeZone) };
  } catch (error) {
    if (error instanceof FieldPathError || error instanceof ConversionError) throw new MappingError(field, error.message);
    throw error;
  }
}

function compileSource({ from, constant }: FieldMapping): FieldGetter {
  const getters = from.map(compileGetter);
  const [only] = getters;
  if (only === undefined) return () => constant;
  return getters.length === 1 ? only : (record) => getters.map((get) => get(record) ?? null);
}

function compileMake(mapping: FieldMapping, timeZone: string): FieldMapper['make'] {
  const steps = mapping.convert.map(compileConversion);
  const clean = compileCleaning(mapping);
  const read = compileReading(mapping, timeZone, steps.length > 0);
  const around = compileSurroundings(mapping);
  const missing = mapping.default ?? null;
  const needed = mapping.required && missing === null;
  const blankIfInvalid = mapping.repair.includes('blank-if-invalid') && !needed;
  const isMissing = mapping.from.length > 1 ? isMissingOrAllEmpty : isEmptyValue;
  return (source, record, made) => {
    if (isMissing(source)) return needed ? required() : missing;
    const surroundings = around(record);
    let value = clean(source, made);
    for (const step of steps) {
      if (value instanceof Refusal) break;
      value = step(value, surroundings);
    }
    if (!(value instanceof Refusal)) value = isMissing(value) ? null : read(value, surroundings, made);
    if (value instanceof Refusal) {
      if (value.code === 'unmapped-value' && missing !== null) return missing;
      if (!blankIfInvalid) return value;
      made.length = 0;
      noteRepair(made, 'blank-if-invalid');
      value = null;
    }
    if (value !== null) return value;
    return needed ? required() : missing;
  };
}

/** Cleans texts before conversions and before asking whether a value is missing, so that blanks trimmed away are missing. */
function compileCleaning({ repair }: FieldMapping): (value: Json, made: string[]) => Json | Refusal {
  const cleaning = repair.filter((each) => CLEANING_REPAIRS.has(each));
  if (cleaning.length === 0) return (value) => value;
  const mend = compileTextMender(cleaning);
  const one = (value: Json, made: string[]): Json | Refusal => {
    if (typeof value !== 'string') return value;
    return textProblem(value) ?? mend(value, made);
  };
  return (value, made) => {
    if (!isJsonArray(value)) return one(value, made);
    if (value.length > MAX_LIST_LENGTH) return value;
    const cleaned: Json[] = [];
    for (const item of value) {
      const result = one(item, made);
      if (result instanceof Refusal) return result;
      cleaned.push(result);
    }
    return cleaned;
  };
}

function compileReading(mapping: FieldMapping, timeZone: string, converted: boolean): ValueReader {
  // What was cleaned before needs no cleaning again unless a conversion made something new of it.
  const repair = mapping.repair.filter((each) => each !== 'blank-if-invalid' && (converted || !CLEANING_REPAIRS.has(each)));
  const { maxLength, values } = mapping;
  const read = compileReader(mapping.type, {
    timeZone, repair, ...(maxLength === undefined ? {} : { maxLength }), ...(values === undefined ? {} : { values }),
  });
  if (mapping.from.length < 2 || mapping.type === 'list' || mapping.type === 'json') return read;
  const severalValues = new Refusal('several-values', 'Several source fields make one value only through a conversion, such as join(" ") or first().');
  return (value, around, made) => (isJsonArray(value) ? severalValues : read(value, around, made));
}

function compileSurroundings({ region, currency }: FieldMapping): (record: JsonObject) => Surroundings {
  const regionOf = compileValueOrField(region);
  const currencyOf = compileValueOrField(currency);
  if (regionOf === undefined && currencyOf === undefined) return () => NOTHING_AROUND;
  return (record) => {
    const regionText = regionOf?.(record);
    const currencyText = currencyOf?.(record);
    return {
      ...(regionText === undefined ? {} : { region: regionText }),
      ...(currencyText === undefined ? {} : { currency: currencyText }),
    };
  };
}

function compileValueOrField(source: ValueOrField | undefined): ((record: JsonObject) => string | undefined) | undefined {
  if (source === undefined) return undefined;
  if ('value' in source) return () => source.value;
  const get = compileGetter(source.field);
  return (record) => {
    const text = scalarText(get(record) ?? null);
    return typeof text === 'string' ? text.trim() : undefined;
  };
}

/** Two fields that are the same place, or one within the other, would overwrite each other. */
function refuseOverlaps(fields: readonly FieldMapping[]): void {
  const places = fields.map(({ to }) => ({ to, names: namesOf(to) }));
  for (const [index, place] of places.entries()) {
    const other = places.slice(0, index).find(({ names }) => beginsWith(names, place.names) || beginsWith(place.names, names));
    if (other !== undefined) throw new MappingError(place.to, `The fields ${other.to} and ${place.to} are written to the same place.`);
  }
}

function namesOf(path: string): readonly string[] {
  try {
    return parseFieldPath(path);
  } catch (error) {
    if (error instanceof FieldPathError) throw new MappingError(path, error.message);
    throw error;
  }
}

function beginsWith(names: readonly string[], start: readonly string[]): boolean {
  return start.every((name, index) => names[index] === name);
}

/** Of several source fields, all may be empty. */
function isMissingOrAllEmpty(value: Json | undefined): value is null | '' | undefined {
  return isEmptyValue(value) || (isJsonArray(value) && value.length > 0 && value.every((item) => isEmptyValue(item)));
}

function required(): Refusal {
  return new Refusal('required', 'The target needs this field, and the source has no value for it.');
}

function problemOf(field: string, from: readonly string[], { code, message }: Refusal, source: Json | undefined): FieldProblem {
  return { field, from, code, message, ...(isEmptyValue(source) ? {} : { value: excerptOf(source) }) };
}
