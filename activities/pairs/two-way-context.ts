import { hash } from 'node:crypto';
import type { SourceRecord } from '../../src/contracts/connector.js';
import type { Json, JsonObject } from '../../src/contracts/json.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import type { FieldMapping, SyncDefinition } from '../../src/contracts/sync-definition.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { compileMapping, type FieldProblem } from '../../src/domain/mapping.js';
import { flatten, unflatten, type FlatValues } from '../../src/domain/merge/flat-values.js';
import type { MergeRule } from '../../src/domain/merge/merge-field.js';
import { compileReverseMapping, type ReverseMapped } from '../../src/domain/merge/reverse-mapping.js';
import { foldText } from '../../src/domain/strong-keys.js';
import { scalarText } from '../../src/domain/text-value.js';
import type { PairSide } from '../../src/store/pairs.js';
import type { RecordMapper } from '../sync/record-mapper.js';
import type { RunContext } from '../sync/run-context.js';

/** SeenRecord is what a record that was read means to the sync. */
export type SeenRecord =
  | { readonly kind: 'live'; readonly values: FlatValues; readonly keys: readonly StrongKeyValue[] }
  | { readonly kind: 'inactive' | 'outside' | 'gone' }
  | { readonly kind: 'unmappable'; readonly problems: readonly FieldProblem[] };

/** TwoWayContext is a run of a two-way sync, seen from either side. */
export interface TwoWayContext {
  /** By the side that is written to: `target` is the run as it is, `source` the same run turned round. */
  readonly towards: Readonly<Record<PairSide, RunContext>>;
  readonly rules: Readonly<Record<string, MergeRule>>;
  readonly clockSkewMs: number;
  /** Records that are new at the target are made at the source as well. */
  readonly createsBoth: boolean;
  /** see reads a record of a side into the values by target field, in the form in which both sides are compared. */
  see(side: PairSide, record: SourceRecord): SeenRecord;
  /** keys are the strong keys of such values. */
  keys(values: FlatValues): readonly StrongKeyValue[];
  /** back makes source fields of such values; fields that do not flow back are left out. */
  back(values: FlatValues): ReverseMapped;
}

const CLOCK_SKEW_MS = 5_000;

/** twoWayContext prepares a run of a two-way sync. */
export function twoWayContext(context: RunContext): TwoWayContext {
  const { sync, mapper, source, target } = context;
  const paths = sync.fields.map(({ to }) => to);
  const back = compileReverseMapping(sync.fields, source.system.timeZone);
  const normalise = compileNormaliser(sync.fields, target.system.timeZone);
  const keys = (values: FlatValues): readonly StrongKeyValue[] => mapper.keys(unflatten(values));
  const live = (values: FlatValues): SeenRecord => ({ kind: 'live', values, keys: keys(values) });
  return {
    towards: { target: context, source: turnedRound(context) },
    rules: Object.fromEntries(sync.fields.map(({ to, direction, conflict }) => [to, { direction, conflict: conflict ?? 'ask' }])),
    clockSkewMs: sync.clockSkewMs ?? CLOCK_SKEW_MS,
    createsBoth: sync.creates === 'both',
    keys,
    back,
    see: (side, record) => {
      if (record.deleted) return { kind: 'gone' };
      if (record.inactive && (side === 'target' || sync.onInactive !== 'sync')) return { kind: 'inactive' };
      if (side === 'target') return live(normalise(record.data));
      if (!mapper.inScope(record.data)) return { kind: 'outside' };
      const mapped = mapper.map(record.data);
      return mapped.ok ? live(flatten(mapped.values, paths)) : { kind: 'unmappable', problems: mapped.problems };
    },
  };
}

// The target's values are read as the types that the mapping gives them, so that one value written in two ways is no
// change. What cannot be read so stays as it is: it differs from whatever the source has, and somebody has to see it.
function compileNormaliser(fields: readonly FieldMapping[], timeZone: string): (record: JsonObject) => FlatValues {
  const readers = fields.map((field) => {
    const { default: _default, constant: _constant, ...rest } = field;
    const get = compileGetter(field.to);
    const map = compileMapping([{ ...rest, from: [field.to], convert: [], repair: [], required: false }], { timeZone });
    return { path: field.to, get, map };
  });
  return (record) => Object.fromEntries(readers.map(({ path, get, map }): [string, Json] => {
    const mapped = map(record);
    return [path, (mapped.ok ? get(mapped.values) : get(record)) ?? null];
  }));
}

function turnedRound(context: RunContext): RunContext {
  const { sync, source, target, scope } = context;
  return {
    ...context,
    sync: { ...sync, from: sync.to, to: sync.from },
    source: target,
    target: source,
    scope: { ...scope, sourceObject: scope.targetObject, targetObject: scope.sourceObject },
    mapper: sourceMapper(sync),
  };
}

/** The part of a mapper that writes to the source need: its records are looked at in their own shape. */
function sourceMapper(sync: SyncDefinition): RecordMapper {
  const fields = sync.fields.filter(({ direction, from }) => direction !== 'forward' && from.length === 1).flatMap(({ from }) => from);
  // The fields that make the match keys, strongest first: what a record is looked up by.
  const matchFields = sync.match.flatMap(({ field }) => sync.fields.find(({ to }) => to === field)?.from ?? []);
  return {
    map: () => { throw new Error('records are not mapped on the way back: their fields are'); },
    project: (record) => unflatten(flatten(record, fields)),
    keys: () => [],
    fingerprint: (values) => hash('sha256', JSON.stringify(values), 'hex').slice(0, 32),
    inScope: () => true,
    findBy: (object, values) => {
      const askable = Object.keys(object.find?.by ?? {});
      for (const field of [...matchFields.filter((name) => askable.includes(name)), ...askable]) {
        const value = scalarText(compileGetter(field)(values) ?? null);
        if (typeof value === 'string' && value !== '') return { field, value };
      }
      return undefined;
    },
    answers: ({ field, value }, record) => {
      const found = scalarText(compileGetter(field)(record) ?? null);
      return typeof found === 'string' && foldText(found) === foldText(value);
    },
  };
}
