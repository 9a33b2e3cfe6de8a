import { qualityMetrics, type QualityMetric, type QualityTargets } from '../../contracts/quality-definition.js';
import type { QualityFigures } from '../../contracts/quality.js';

/** Measure is one metric of a day beside its target. */
export interface Measure {
  readonly metric: QualityMetric;
  /** Share of the records, 0 to 1; null where nothing was measured. */
  readonly share: number | null;
  /** Records that the share is made of, and of how many. */
  readonly count: number | null;
  readonly of: number | null;
  /** Null where the definition sets none. */
  readonly target: number | null;
  /** Null where there is no target, or nothing to judge. */
  readonly met: boolean | null;
}

/** metricTitles name the metrics for people. */
export const metricTitles: Readonly<Record<QualityMetric, string>> = {
  duplicateRate: 'duplicates', missing: 'missing required fields', invalid: 'invalid values', differs: 'fields that differ',
};

/** measuresOf judges the figures of a day by their targets. A share that equals its target meets it. */
export function measuresOf(figures: QualityFigures, targets: QualityTargets): readonly Measure[] {
  return qualityMetrics.map((metric): Measure => {
    const [count, of] = countsOf(figures, metric);
    const share = count === null || of === null || of === 0 ? null : count / of;
    const target = targets[metric] ?? null;
    return { metric, share, count, of, target, met: share === null || target === null ? null : share <= target };
  });
}

/** missedTargets writes the targets that are missed as `missing required fields: 3.1% (target 2%)`. */
export function missedTargets(figures: QualityFigures, targets: QualityTargets): readonly string[] {
  return measuresOf(figures, targets).flatMap(({ metric, share, target, met }) => (
    met === false ? [`${metricTitles[metric]}: ${percent(share)} (target ${percent(target)})`] : []
  ));
}

/** percent writes a share as a percentage with at most two decimal places, `–` for null; what is not nothing is never shown as 0%. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  if (share > 0 && share < 0.000_05) return '<0.01%';
  // A share just above a target of whole hundredths must not look like the target.
  return `${Number((share * 100).toFixed(2))}%`;
}

function countsOf(figures: QualityFigures, metric: QualityMetric): readonly [number | null, number | null] {
  if (metric === 'differs') return [figures.differs, figures.compared];
  const counts = { duplicateRate: figures.duplicates, missing: figures.missing, invalid: figures.invalid };
  return [counts[metric], figures.records];
}
