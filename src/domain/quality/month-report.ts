import type { QualityMetric } from '../../contracts/quality-definition.js';
import { qualityMetrics } from '../../contracts/quality-definition.js';
import type { QualityDay } from '../../contracts/quality.js';
import { measuresOf, type Measure } from './targets.js';

/** MonthReport is what was measured in one month, by department. */
export interface MonthReport {
  /** `2026-11`. */
  readonly month: string;
  readonly departments: readonly DepartmentReport[];
}

/** DepartmentReport is what one department answers for. */
export interface DepartmentReport {
  readonly owner: string;
  readonly objects: readonly ObjectReport[];
}

/** ObjectReport is one quality definition over the month. */
export interface ObjectReport {
  readonly quality: string;
  readonly title: string;
  /** `crm.contact`. */
  readonly object: string;
  /** The last day that was measured. */
  readonly last: QualityDay;
  /** Measures of the last day. */
  readonly measures: readonly Measure[];
  readonly trends: readonly Trend[];
  /** Days on which at least one target was missed, of those that were measured. */
  readonly missedDays: number;
  readonly measuredDays: number;
  /** Rules that were broken on the last day, most first, and how often on the first day; null where the rule is new. */
  readonly rules: readonly { readonly rule: string; readonly failed: number; readonly before: number | null }[];
  /** What became of the declared repairs in the month; null where it is not known. */
  readonly repairs: { readonly planned: number; readonly written: number; readonly refused: number } | null;
}

/** Trend is one metric over the month. */
export interface Trend {
  readonly metric: QualityMetric;
  readonly target: number | null;
  readonly points: readonly TrendPoint[];
}

/** TrendPoint is one metric on one day; the share is null where nothing was measured. */
export interface TrendPoint {
  readonly day: string;
  readonly share: number | null;
  readonly met: boolean | null;
}

/** monthReport makes the report of a month from its days, which are in the order of definitions and days; `repairsOf` tells the repairs of a definition. */
export function monthReport(month: string, days: readonly QualityDay[], repairsOf: (quality: string) => ObjectReport['repairs']): MonthReport {
  const owners = [...new Set(days.map(({ owner }) => owner))].toSorted(compareNames);
  return {
    month,
    departments: owners.map((owner) => {
      const own = days.filter((day) => day.owner === owner);
      return { owner, objects: [...new Set(own.map(({ quality }) => quality))].map((quality) => objectReport(own.filter((day) => day.quality === quality), repairsOf(quality))) };
    }),
  };
}

/** monthOf is the first day of a month, of the next one, and how many days it has; undefined where the text is no month such as `2026-11`. */
export function monthOf(text: string): { readonly first: string; readonly last: string; readonly days: number } | undefined {
  const found = /^(20\d{2})-(0[1-9]|1[0-2])$/.exec(text);
  if (found === null) return undefined;
  const days = new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate();
  return { first: `${text}-01`, last: `${text}-${String(days).padStart(2, '0')}`, days };
}

function objectReport(days: readonly QualityDay[], repairs: ObjectReport['repairs']): ObjectReport {
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a report needs at least one day');
  const measured = days.map((day) => ({ day: day.day, measures: measuresOf(day, day.targets) }));
  return {
    quality: last.quality,
    title: last.title,
    object: `${last.system}.${last.object}`,
    last,
    measures: measuresOf(last, last.targets),
    trends: qualityMetrics.map((metric) => ({ metric, target: last.targets[metric] ?? null, points: measured.map(({ day, measures }) => pointOf(day, measures, metric)) })),
    missedDays: measured.filter(({ measures }) => measures.some(({ met }) => met === false)).length,
    measuredDays: days.length,
    rules: Object.entries(last.rules).filter(([, failed]) => failed > 0)
      .map(([rule, failed]) => ({ rule, failed, before: first.rules[rule] ?? null }))
      .toSorted((a, b) => b.failed - a.failed || compareNames(a.rule, b.rule)),
    repairs,
  };
}

function pointOf(day: string, measures: readonly Measure[], metric: QualityMetric): TrendPoint {
  const measure = measures.find((each) => each.metric === metric);
  return { day, share: measure?.share ?? null, met: measure?.met ?? null };
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
