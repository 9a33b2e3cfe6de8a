import { distance } from 'fastest-levenshtein';
import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { suggestion } from '../suggestion.js';
import { isMapping, listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';
import { hasPart, type DefinitionIndex } from './definition-index.js';

const checks = ['required', 'unique', 'format', 'values', 'pattern', 'maxLength', 'range'];

/** qualityRulesRule finds rules of fields that ask for nothing, or that contradict themselves. */
export function qualityRulesRule(source: DefinitionSource): readonly Finding[] {
  return Object.entries(mappingAt(source.value, ['rules'])).flatMap(([field, rule]) => {
    if (!isMapping(rule)) return [];
    const path = ['rules', field];
    const findings: Finding[] = [];
    if (!checks.some((check) => rule[check] !== undefined && rule[check] !== false)) {
      findings.push(findingAt(source, path, { type: 'no-effect', level: 'warning', part: 'key', message: `the rules of '${field}' ask for nothing; name at least one of ${checks.join(', ')}` }));
    }
    if (rule['region'] !== undefined && rule['format'] !== 'phone' && rule['format'] !== 'postcode') {
      findings.push(findingAt(source, [...path, 'region'], { type: 'no-effect', level: 'warning', part: 'key', message: "'region' has no effect without format: phone or format: postcode" }));
    }
    return [...findings, ...rangeFindings(source, [...path, 'range'])];
  });
}

function rangeFindings(source: DefinitionSource, path: DefinitionPath): readonly Finding[] {
  const range = valueAt(source.value, path);
  if (!isMapping(range)) return [];
  const { min, max } = range;
  const error = (message: string): readonly Finding[] => [findingAt(source, path, { type: 'invalid-value', part: 'key', message })];
  if (min === undefined && max === undefined) return error("'range' needs 'min', 'max', or both");
  if (min === undefined || max === undefined) return [];
  if (typeof min !== typeof max) return error("'min' and 'max' are both numbers or both dates");
  const reversed = (typeof min === 'number' && typeof max === 'number' && min > max) || (typeof min === 'string' && typeof max === 'string' && min > max);
  return reversed ? error(`'min' is greater than 'max', so no value is within the range`) : [];
}

/** qualityRepairsRule finds repairs that lack the rule they need, that can do nothing, or that could not be written. */
export function qualityRepairsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const repairs = mappingAt(source.value, ['repairs']);
  return [...Object.entries(repairs).flatMap(([field, declared]) => repairFindings(source, field, declared)), ...updateFindings(source, index, Object.keys(repairs).length > 0)];
}

function repairFindings(source: DefinitionSource, field: string, declared: unknown): readonly Finding[] {
  const path = ['repairs', field];
  const rule = mappingAt(source.value, ['rules', field]);
  const names = Array.isArray(declared) ? declared : [declared];
  const add = (message: string, level: Finding['level'] = 'error'): Finding => findingAt(source, path, { type: level === 'error' ? 'missing-key' : 'no-effect', level, part: 'key', message });
  const findings: Finding[] = [...strangerFindings(source, path, field)];
  if (names.includes('e164') && rule['format'] !== 'phone') findings.push(add(`the repair 'e164' needs rules: { ${field}: { format: phone } }, which says how numbers are read`));
  if (names.some((name) => typeof name === 'string' && name.startsWith('date(')) && rule['format'] !== 'date') {
    findings.push(add(`the repair of dates needs rules: { ${field}: { format: date } }, so that other dates are told from right ones`));
  }
  if (names.includes('truncate') && rule['maxLength'] === undefined) findings.push(add(`the repair 'truncate' needs rules: { ${field}: { maxLength: … } }, the length to cut to`));
  if (names.includes('blank-if-invalid') && rule['required'] === true) findings.push(add(`'blank-if-invalid' has no effect on '${field}', which is required: a required value is never blanked`, 'warning'));
  return findings;
}

// A record's fields are not known here; only a name that is nearly one of the rules' is surely mistyped.
function strangerFindings(source: DefinitionSource, path: DefinitionPath, field: string): readonly Finding[] {
  const known = Object.keys(mappingAt(source.value, ['rules']));
  const meant = suggestion(field, known);
  if (known.includes(field) || meant === undefined || !isMisspelt(field, meant)) return [];
  return [findingAt(source, path, { type: 'no-effect', level: 'warning', part: path[0] === 'repairs' ? 'key' : 'value', message: `no rule is about '${field}'; did you mean '${meant}'?` })];
}

/** Two letters swapped, or one too many or too few; `first_name` is near `last_name`, and another field all the same. */
function isMisspelt(typed: string, meant: string): boolean {
  return sortedLetters(typed) === sortedLetters(meant) || (Math.abs(typed.length - meant.length) === 1 && distance(typed, meant) === 1 && !/[0-9]/.test(typed + meant));
}

function sortedLetters(text: string): string {
  return Array.from(text.toLowerCase()).toSorted().join('');
}

function updateFindings(source: DefinitionSource, index: DefinitionIndex, hasRepairs: boolean): readonly Finding[] {
  const reference = parseObjectReference(textAt(source.value, ['object']) ?? '');
  if (!hasRepairs || reference === undefined || hasPart(index.system(reference.system), reference.object, 'update') !== false) return [];
  const message = `'repairs' needs an 'update' operation, which ${reference.system}.${reference.object} does not have`;
  return [findingAt(source, ['repairs'], { type: 'missing-operation', part: 'key', message })];
}

/** qualityDuplicatesRule finds keys that stand twice or are mistyped. */
export function qualityDuplicatesRule(source: DefinitionSource): readonly Finding[] {
  const seen = new Set<string>();
  return listAt(source.value, ['duplicates']).flatMap((entry, position) => {
    const path: DefinitionPath = typeof entry === 'string' ? ['duplicates', position] : ['duplicates', position, 'field'];
    const field = textAt(source.value, path);
    if (field === undefined) return [];
    if (seen.has(field)) return [findingAt(source, path, { type: 'duplicate-field', message: `'${field}' is a key of duplicates already` })];
    seen.add(field);
    return strangerFindings(source, path, field);
  });
}

/** qualityTargetsRule finds targets of metrics that nothing in the definition measures. */
export function qualityTargetsRule(source: DefinitionSource): readonly Finding[] {
  const targets = mappingAt(source.value, ['targets']);
  const rules = Object.values(mappingAt(source.value, ['rules'])).filter(isMapping);
  const measured: Readonly<Record<string, readonly [boolean, string]>> = {
    duplicateRate: [listAt(source.value, ['duplicates']).length > 0, "it needs 'duplicates', the fields by which records are the same"],
    missing: [rules.some((rule) => rule['required'] === true), 'no rule says required: true'],
    invalid: [rules.some((rule) => checks.slice(1).some((check) => rule[check] !== undefined && rule[check] !== false)), 'no rule asks for more than a value'],
  };
  return Object.keys(targets).flatMap((metric) => {
    const [isMeasured, why] = measured[metric] ?? [true, ''];
    return isMeasured ? [] : [findingAt(source, ['targets', metric], { type: 'no-effect', level: 'warning', part: 'key', message: `the target '${metric}' has no effect: ${why}` })];
  });
}
