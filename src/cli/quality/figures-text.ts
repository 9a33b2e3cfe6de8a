import type { QualityDay } from '../../contracts/quality.js';
import { measuresOf, metricTitles, percent, type Measure } from '../../domain/quality/targets.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count } from '../terminal/wording.js';

/** figuresText shows the figures of a day beside their targets, and the rules that are broken most. */
export function figuresText(day: QualityDay, style: Style, rules = 10): string {
  const rows = measuresOf(day, day.targets).map((measure): Cell[] => [
    metricTitles[measure.metric], measure.count === null ? '–' : count(measure.count), percent(measure.share), measure.target === null ? '' : percent(measure.target), verdictCell(measure, style),
  ]);
  const broken = Object.entries(day.rules).filter(([, failed]) => failed > 0).toSorted(([, a], [, b]) => b - a);
  return [
    table([{ title: '' }, { title: 'records', align: 'right' }, { title: 'share', align: 'right' }, { title: 'target', align: 'right' }, { title: '' }], rows, style),
    ...(broken.length === 0 ? ['', style.colors.green('Every rule holds for every record.')] : [
      '',
      table([{ title: 'rule' }, { title: 'broken by', align: 'right' }], broken.slice(0, rules).map(([rule, failed]) => [rule, count(failed)]), style),
      ...(broken.length > rules ? [style.colors.dim(`  and ${count(broken.length - rules)} more rules`)] : []),
    ]),
  ].join('\n');
}

/** verdictCell says whether a target is met. */
export function verdictCell({ met, share, target }: Measure, { colors }: Style): Cell {
  if (share === null) return { text: 'not measured', paint: colors.dim };
  if (target === null || met === null) return '';
  return met ? { text: 'met', paint: colors.green } : { text: 'missed', paint: colors.red };
}
