import type { DuplicateKey, FieldRepairs, FieldRules, QualityDefinition, QualityRange, QualityTargets } from '../contracts/quality-definition.js';
import { requiredCondition } from './compile-condition.js';
import { parseDailyTime } from './daily-time.js';
import { parseObjectReference } from './object-name.js';
import { percentageShare } from './percentage.js';
import { parseQualityRepair } from './quality-repair.js';
import type { AuthorQuality } from './schema/quality-schema.js';
import { parseValueOrField } from './value-or-field.js';

/**
 * compileQuality makes a definition that runs of one that has been checked. Throws RangeError for a definition that would
 * not pass the check.
 */
export function compileQuality(author: AuthorQuality): QualityDefinition {
  const when = author.when === undefined ? undefined : parseDailyTime(author.when);
  const object = parseObjectReference(author.object);
  if (object === undefined) throw new RangeError(`not system.object: '${author.object}'`);
  const rules = Object.entries(author.rules).map(([field, rule]) => compileRules(field, rule));
  return {
    quality: author.quality,
    title: author.title ?? author.quality,
    ...(author.owner === undefined ? {} : { owner: author.owner }),
    object,
    ...(when === undefined ? {} : { when }),
    timeZone: when?.timeZone ?? 'UTC',
    ...(author.scope === undefined ? {} : { scope: requiredCondition(author.scope) }),
    rules,
    duplicates: author.duplicates.map((entry) => compileDuplicate(entry, rules)),
    targets: compileTargets(author.targets),
    repairs: Object.entries(author.repairs).map(([field, repairs]) => compileRepairList(field, repairs)),
    findings: author.findings,
  };
}

function compileRules(field: string, author: AuthorQuality['rules'][string]): FieldRules {
  const { required, unique, format, region, values, pattern, maxLength, range } = author;
  return {
    field, required, unique,
    ...(format === undefined ? {} : { format }),
    ...(region === undefined ? {} : { region: parseValueOrField(region) }),
    ...(values === undefined ? {} : { values }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(range === undefined ? {} : { range: compileRange(range) }),
  };
}

function compileRange({ min, max }: NonNullable<AuthorQuality['rules'][string]['range']>): QualityRange {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function compileDuplicate(entry: AuthorQuality['duplicates'][number], rules: readonly FieldRules[]): DuplicateKey {
  const { field, kind, region } = typeof entry === 'string' ? { field: entry, kind: undefined, region: undefined } : entry;
  const rule = rules.find((each) => each.field === field);
  const usual = rule?.format === 'email' || rule?.format === 'phone' ? rule.format : 'text';
  const country = region === undefined ? rule?.region : parseValueOrField(region);
  return { field, kind: kind ?? usual, ...(country === undefined ? {} : { region: country }) };
}

function compileTargets(author: AuthorQuality['targets']): QualityTargets {
  return Object.fromEntries(Object.entries(author).flatMap(([metric, share]) => (share === undefined ? [] : [[metric, percentageShare(share)]])));
}

function compileRepairList(field: string, author: AuthorQuality['repairs'][string]): FieldRepairs {
  const texts = typeof author === 'string' ? [author] : author;
  return {
    field,
    repairs: texts.map((text) => {
      const repair = parseQualityRepair(text);
      if (repair === undefined) throw new RangeError(`not a repair: '${text}'`);
      return repair;
    }),
  };
}
