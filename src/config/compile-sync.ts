import {
  defaultReconcileRule, type ConflictRule, type Conversion, type FieldMapping, type MatchKey, type ObjectReference, type ReconcileRule, type Repair, type ScoredField, type SyncDefinition,
} from '../contracts/sync-definition.js';
import { requiredCondition } from './compile-condition.js';
import { requiredConversion } from './compile-conversion.js';
import { defaultThresholds } from '../domain/identity/thresholds.js';
import { durationMs } from './duration.js';
import { fieldKindOf } from './field-kind-of.js';
import { resolveMatchField } from './match-keys.js';
import { parseObjectReference } from './object-name.js';
import { percentageShare } from './percentage.js';
import type { AuthorMapping } from './schema/mapping-schema.js';
import type { AuthorSync } from './schema/sync-schema.js';
import { scoredEntry, type ScoredEntryField } from './scored-entry.js';
import { parseTimeOfDay } from './time-of-day.js';
import { parseValueOrField } from './value-or-field.js';

/**
 * compileSync makes a definition that runs of one that has been checked: conditions and conversions parsed, match keys
 * turned into target fields with their kind. Throws RangeError for a definition that would not pass the check.
 */
export function compileSync(author: AuthorSync): SyncDefinition {
  const systems = { source: requiredReference(author.from).system, target: requiredReference(author.to).system };
  const fields = author.fields.map((mapping) => compileMapping(mapping, repairList(author.defaults.repair), systems));
  const { cohort, mode } = author.rollout;
  return {
    sync: author.sync,
    title: author.title ?? author.sync,
    ...(author.owner === undefined ? {} : { owner: author.owner }),
    from: requiredReference(author.from),
    to: requiredReference(author.to),
    when: compileWhen(author.when),
    match: author.match.flatMap((entry) => (isKey(entry) ? [compileMatch(entry, fields)] : [])),
    ...compileScore(author.match, fields),
    fields,
    ...(author.scope === undefined ? {} : { scope: requiredCondition(author.scope) }),
    onDelete: author.onDelete,
    onInactive: author.onInactive,
    ...(author.onTargetDelete === undefined ? {} : { onTargetDelete: author.onTargetDelete }),
    ...(author.creates === 'both' ? { creates: 'both' as const } : {}),
    ...(author.clockSkew === undefined ? {} : { clockSkewMs: durationMs(author.clockSkew) }),
    limits: { deletes: percentageShare(author.limits.deletes), changes: percentageShare(author.limits.changes), blanks: percentageShare(author.limits.blanks) },
    ...(author.reconcile === undefined ? {} : { reconcile: compileReconcile(author.reconcile) }),
    ...(author.strategy === undefined ? {} : { strategy: author.strategy === 'off' ? null : { latencyMs: durationMs(author.strategy.latency), loss: percentageShare(author.strategy.loss), leastMs: durationMs(author.strategy.least) } }),
    rollout: { mode, ...(cohort === undefined ? {} : { cohort: requiredCondition(cohort) }) },
  };
}

function requiredReference(text: string): ObjectReference {
  const reference = parseObjectReference(text);
  if (reference === undefined) throw new RangeError(`not system.object: '${text}'`);
  return reference;
}

function compileWhen(when: AuthorSync['when']): SyncDefinition['when'] {
  const fullRead = when.fullRead === undefined ? undefined : parseTimeOfDay(when.fullRead);
  return {
    realtime: when.realtime,
    ...(when.every === undefined ? {} : { everyMs: durationMs(when.every) }),
    ...(fullRead === undefined ? {} : { fullRead }),
  };
}

function compileReconcile(author: NonNullable<AuthorSync['reconcile']>): ReconcileRule {
  const { at, alertAbove } = typeof author === 'string' ? { at: author, alertAbove: undefined } : author;
  const time = at === 'off' ? null : parseTimeOfDay(at);
  if (time === undefined) throw new RangeError(`not a time of day: '${at}'`);
  return { at: time, alertAbove: alertAbove === undefined ? defaultReconcileRule.alertAbove : percentageShare(alertAbove) };
}

type KeyEntry = Extract<AuthorSync['match'][number], string | { field: string; kind?: unknown }>;

function isKey(entry: AuthorSync['match'][number]): entry is KeyEntry {
  return scoredEntry(entry) === undefined;
}

function compileScore(entries: AuthorSync['match'], fields: readonly FieldMapping[]): Pick<SyncDefinition, 'score'> {
  const scored = entries.map(scoredEntry).find((entry) => entry !== undefined);
  if (scored === undefined) return {};
  const { link, review } = { ...defaultThresholds, ...scored.thresholds };
  return { score: { link, review, fields: scored.fields.map((each) => compileScoredField(each, fields)) } };
}

function compileScoredField({ name, kind, least }: ScoredEntryField, fields: readonly FieldMapping[]): ScoredField {
  const resolved = resolveMatchField(name, fields);
  if (!resolved.ok) throw new RangeError(`scored field '${name}' is no mapped field`);
  const mapping = fields.find((field) => field.to === resolved.field);
  return { field: resolved.field, kind: kind ?? fieldKindOf(name, mapping?.type ?? 'text'), ...(least === undefined ? {} : { least }) };
}

function compileMatch(entry: KeyEntry, fields: readonly FieldMapping[]): MatchKey {
  const { field, kind } = typeof entry === 'string' ? { field: entry, kind: undefined } : entry;
  const resolved = resolveMatchField(field, fields);
  if (!resolved.ok) throw new RangeError(`match key '${field}' is no mapped field`);
  return { field: resolved.field, kind: kind ?? resolved.kind };
}

/** Types whose values are text that people type; repairs of the sync's defaults are for them. */
const textTypes: ReadonlySet<string> = new Set(['text', 'name', 'email', 'phone', 'url', 'enum', 'list', 'country', 'currency']);

/** compileMapping makes a field mapping that runs of one that has been checked; `defaultRepairs` and `systems` are those of the sync. */
export function compileMapping(author: AuthorMapping, defaultRepairs: readonly Repair[], systems: SystemsOfSides): FieldMapping {
  const { to, type, required, direction, maxLength, conflict, values } = author;
  const inherits = author.repair === undefined && author.from !== undefined && textTypes.has(type);
  return {
    from: typeof author.from === 'string' ? [author.from] : (author.from ?? []),
    to,
    type,
    required,
    // `default: null` and `constant: null` are values; only an absent key is none.
    ...(author.default === undefined ? {} : { default: author.default }),
    ...(author.constant === undefined ? {} : { constant: author.constant }),
    convert: compileConvert(author.convert),
    repair: inherits ? defaultRepairs.filter((repair) => repair !== 'truncate' || maxLength !== undefined) : repairList(author.repair),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(author.region === undefined ? {} : { region: parseValueOrField(author.region) }),
    ...(author.currency === undefined ? {} : { currency: parseValueOrField(author.currency) }),
    direction,
    ...(conflict === undefined ? {} : { conflict: compileConflict(conflict, systems) }),
    ...(values === undefined ? {} : { values }),
  };
}

type SystemsOfSides = Readonly<Record<'source' | 'target', string>>;

// A rule may name the system that wins; the words for rules go before the names of systems.
function compileConflict(rule: string, { source, target }: SystemsOfSides): ConflictRule {
  const known = (['source', 'target', 'latest', 'longest', 'union', 'ask'] as const).find((name) => name === rule);
  if (known !== undefined) return known;
  if (rule === source) return 'source';
  if (rule === target) return 'target';
  throw new RangeError(`no conflict rule: '${rule}'`);
}

function compileConvert(convert: AuthorMapping['convert']): readonly Conversion[] {
  if (convert === undefined) return [];
  const steps = Array.isArray(convert) ? convert : [convert];
  return steps.map((step): Conversion =>
    typeof step === 'string' ? requiredConversion(step) : { kind: 'lookup', table: step });
}

/** repairList gives declared repairs as a list. */
export function repairList(repair: AuthorMapping['repair']): readonly Repair[] {
  if (repair === undefined) return [];
  return typeof repair === 'string' ? [repair] : repair;
}
