import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { percent } from '../domain/quality/targets.js';
import type { Trend, TrendPoint } from '../domain/quality/month-report.js';
import { escapeHtml } from './escaped.js';

const WIDTH = 340;
const HEIGHT = 150;
const MARGIN = { top: 12, right: 12, bottom: 24, left: 46 };
const RADIUS = 2.5;

type Shown = TrendPoint & { readonly share: number };

/** trendPlot draws a metric over the days of a month as an SVG that needs nothing from outside: a line with gaps where nothing was measured, the target dashed. */
export function trendPlot({ points, target }: Trend, daysInMonth: number, title: string): string {
  const shown = points.filter((point): point is Shown => point.share !== null);
  const highest = Math.max(0.001, target ?? 0, ...shown.map(({ share }) => share));
  const x = scaleLinear().domain([1, daysInMonth]).range([MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear().domain([0, highest * 1.1]).nice(4).range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const place = ({ day, share }: Shown): readonly [number, number] => [x(dayOfMonth(day)), y(share)];
  const path = line<TrendPoint>().defined(({ share }) => share !== null).x(({ day }) => round(x(dayOfMonth(day)))).y(({ share }) => round(y(share ?? 0)));
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(spoken(title, shown, target))}">`,
    ...y.ticks(4).map((tick) => `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="tick" x="${MARGIN.left - 6}" y="${round(y(tick) + 3.5)}" text-anchor="end">${percent(tick)}</text>`),
    ...daysShown(daysInMonth).map((day) => `<text class="tick" x="${round(x(day))}" y="${HEIGHT - 8}" text-anchor="middle">${day}</text>`),
    ...(target === null ? [] : [`<line class="target" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${round(y(target))}" y2="${round(y(target))}"/>`]),
    `<path class="series" d="${path([...withGaps(points)]) ?? ''}"/>`,
    ...shown.map((point) => {
      const [cx, cy] = place(point);
      return `<circle class="${point.met === false ? 'missed' : 'point'}" cx="${round(cx)}" cy="${round(cy)}" r="${RADIUS}"><title>${escapeHtml(`${point.day}: ${percent(point.share)}`)}</title></circle>`;
    }),
    '</svg>',
  ].join('');
}

/** A day that is not among the points was not measured; the line must not run over it as if it had been. */
function* withGaps(points: readonly TrendPoint[]): Generator<TrendPoint> {
  let before: number | undefined;
  for (const point of points) {
    const day = dayOfMonth(point.day);
    if (before !== undefined && day > before + 1) yield { day: point.day, share: null, met: null };
    yield point;
    before = day;
  }
}

function spoken(title: string, shown: readonly Shown[], target: number | null): string {
  const [first] = shown;
  const last = shown.at(-1);
  if (first === undefined || last === undefined) return `${title}: nothing measured`;
  return `${title}: ${percent(first.share)} on ${first.day}, ${percent(last.share)} on ${last.day}${target === null ? '' : `, target ${percent(target)}`}`;
}

function daysShown(daysInMonth: number): readonly number[] {
  return [1, 8, 15, 22, ...(daysInMonth >= 29 ? [29] : [])];
}

function dayOfMonth(day: string): number {
  return Number(day.slice(8, 10));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
