import { FieldPathError, parseFieldPath } from '../../domain/json-pointer.js';
import { whyNotReversible } from '../../domain/merge/reverse-mapping.js';
import { compileMapping } from '../compile-sync.js';
import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { mappingSchema } from '../schema/mapping-schema.js';
import { isMapping, listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';

/** syncFieldsRule finds mappings that contradict themselves or each other. */
export function syncFieldsRule(source: DefinitionSource): readonly Finding[] {
  const mappings = listAt(source.value, ['fields']);
  return [...mappings.flatMap((mapping, position) => mappingFindings(source, mapping, ['fields', position])), ...overlaps(source, mappings.length)];
}

function mappingFindings(source: DefinitionSource, mapping: unknown, path: DefinitionPath): readonly Finding[] {
  if (!isMapping(mapping)) return [];
  const has = (key: string): boolean => Object.hasOwn(mapping, key);
  const findings: Finding[] = [];
  const add = (key: string, type: Finding['type'], message: string, level: Finding['level'] = 'error'): void => {
    findings.push(findingAt(source, key === '' ? path : [...path, key], { type, message, level, part: 'key' }));
  };
  if (has('from') && has('constant')) add('constant', 'invalid-value', "a mapping has 'from' or 'constant', not both; for a value that steps in when there is none, write 'default'");
  if (!has('from') && !has('constant')) add('', 'missing-key', "a mapping needs 'from' (a source field) or 'constant' (a fixed value)");
  const type = typeof mapping['type'] === 'string' ? mapping['type'] : 'text';
  if (Array.isArray(mapping['from']) && mapping['from'].length > 1 && !has('convert') && type !== 'list' && type !== 'json') {
    add('from', 'missing-key', "several source fields need 'convert', which says how one value is made of them, such as convert: join(\" \")");
  }
  if (type === 'enum' && !has('values')) add('type', 'missing-key', "the type 'enum' needs 'values', the list of allowed values");
  if (type !== 'enum' && has('values')) add('values', 'no-effect', "'values' has no effect without type: enum", 'warning');
  if (type !== 'phone' && has('region')) add('region', 'no-effect', "'region' has no effect without type: phone", 'warning');
  if (has('currency') && type !== 'money' && !convertsMoney(mapping['convert'])) {
    add('currency', 'no-effect', "'currency' has no effect without type: money, to_minor() or from_minor()", 'warning');
  }
  if (repairsOf(mapping['repair']).includes('truncate') && !has('maxLength')) add('repair', 'missing-key', "the repair 'truncate' needs 'maxLength', the length to cut to");
  if (has('conflict') && mapping['direction'] !== 'both') add('conflict', 'no-effect', "'conflict' has no effect without direction: both", 'warning');
  return findings;
}

function convertsMoney(convert: unknown): boolean {
  return (Array.isArray(convert) ? convert : [convert]).some((step) => typeof step === 'string' && /\b(?:to|from)_minor\b/.test(step));
}

function repairsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** enumRule finds lookup tables, defaults and constants that give values which an `enum` does not allow. */
export function enumRule(source: DefinitionSource): readonly Finding[] {
  return listAt(source.value, ['fields']).flatMap((_, position) => {
    const path = ['fields', position];
    const allowed = listAt(source.value, [...path, 'values']);
    if (textAt(source.value, [...path, 'type']) !== 'enum' || allowed.length === 0) return [];
    const given: DefinitionPath[] = [[...path, 'default'], [...path, 'constant'], ...lookupOutputs(source.value, [...path, 'convert'])];
    return given.flatMap((place) => {
      const value = valueAt(source.value, place);
      // Numbers and booleans count as their text.
      const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
      if (typeof text !== 'string' || allowed.includes(text)) return [];
      return [findingAt(source, place, { type: 'invalid-value', message: `'${text}' is not among the allowed 'values': ${allowed.join(', ')}` })];
    });
  });
}

/** The outputs of the lookup table that makes the final value; those of earlier steps are converted further. */
function lookupOutputs(value: unknown, path: DefinitionPath): readonly DefinitionPath[] {
  const convert = valueAt(value, path);
  const last = Array.isArray(convert) ? [...path, convert.length - 1] : path;
  return Object.keys(mappingAt(value, last)).map((key) => [...last, key]);
}

/** Two mappings that write the same place, or one into what the other writes as a whole. */
function overlaps(source: DefinitionSource, count: number): readonly Finding[] {
  const written: { readonly to: string; readonly parts: readonly string[] }[] = [];
  const findings: Finding[] = [];
  for (let position = 0; position < count; position += 1) {
    const path = ['fields', position, 'to'];
    const to = textAt(source.value, path);
    const parts = to === undefined ? undefined : partsOf(to);
    if (to === undefined || parts === undefined) continue;
    const other = written.find((entry) => startsWith(entry.parts, parts) || startsWith(parts, entry.parts));
    if (other !== undefined) findings.push(findingAt(source, path, { type: 'duplicate-field', message: overlapMessage(to, other.to, other.parts.length === parts.length) }));
    written.push({ to, parts });
  }
  return findings;
}

function overlapMessage(to: string, other: string, same: boolean): string {
  return same ? `the target field '${to}' is made by another mapping already` : `the target fields '${to}' and '${other}' overlap: one is a part of the other`;
}

function startsWith(parts: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((part, index) => parts[index] === part);
}

function partsOf(field: string): readonly string[] | undefined {
  try {
    return parseFieldPath(field);
  } catch (error) {
    if (error instanceof FieldPathError) return undefined;
    throw error;
  }
}

/** conflictRule finds conflict rules that name neither a rule nor one of the two systems. */
export function conflictRule(source: DefinitionSource): readonly Finding[] {
  const systems = ['from', 'to'].flatMap((key) => textAt(source.value, [key])?.split('.')[0] ?? []);
  const known = ['source', 'target', 'latest', 'longest', 'union', 'ask', ...systems];
  return listAt(source.value, ['fields']).flatMap((_, position) => {
    const path = ['fields', position, 'conflict'];
    const rule = valueAt(source.value, path);
    if (typeof rule !== 'string' || known.includes(rule)) return [];
    return [findingAt(source, path, { type: 'invalid-value', message: `unknown conflict rule '${rule}'; known are ${known.join(', ')}` })];
  });
}

/** directionRule finds fields that are to flow back to the source and cannot, and settings that only a two-way sync heeds. */
export function directionRule(source: DefinitionSource): readonly Finding[] {
  const mappings = listAt(source.value, ['fields']);
  const findings = mappings.flatMap((mapping, position) => {
    const why = isMapping(mapping) ? whyNotBack(mapping) : undefined;
    if (why === undefined) return [];
    return [findingAt(source, ['fields', position, 'direction'], { type: 'invalid-value', message: `this field cannot flow back to the source: ${why}` })];
  });
  if (mappings.some((mapping) => isMapping(mapping) && flowsBack(mapping))) return findings;
  const idle = ['onTargetDelete', 'creates', 'clockSkew'].filter((key) => valueAt(source.value, [key]) !== undefined);
  return [...findings, ...idle.map((key) => findingAt(source, [key], { type: 'no-effect', level: 'warning', part: 'key', message: `'${key}' has no effect without a field whose direction is both or back` }))];
}

function flowsBack(mapping: Readonly<Record<string, unknown>>): boolean {
  return mapping['direction'] === 'both' || mapping['direction'] === 'back';
}

function whyNotBack(mapping: Readonly<Record<string, unknown>>): string | undefined {
  if (!flowsBack(mapping)) return undefined;
  const parsed = mappingSchema.safeParse(mapping);
  if (!parsed.success) return undefined;
  const { conflict: _conflict, ...rest } = parsed.data;
  const field = compileMapping(rest, [], { source: '', target: '' });
  // A change of one nested field would have to be sent with its neighbours, which the sync does not know.
  return field.from.some((from) => from.startsWith('/') && from.lastIndexOf('/') > 0) ? 'it is nested in another field of the source' : whyNotReversible(field);
}
