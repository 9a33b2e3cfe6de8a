import type { ApartField, Catalog, CatalogFlow, NextIntegration } from '../../contracts/catalog.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { wrapped } from '../terminal/wrap.js';

/** catalogText shows a catalogue on a terminal: systems, flows, what is apart, what to do next. */
export function catalogText({ systems, flows, apart, next }: Catalog, style: Style): string {
  const { bold, dim } = style.colors;
  return [
    bold('Systems'),
    table([{ title: 'system' }, { title: 'departments' }, { title: 'holds' }, { title: 'hours a month', align: 'right' }, { title: '' }], systems.map(({ system, departments, holds, hoursSaved, listed, native }) => [
      system, departments.join(', '), holds.map(({ data }) => data).join(', '), hoursSaved === null ? '' : String(hoursSaved),
      [listed ? 'not connected' : '', native ? 'native' : ''].filter((part) => part !== '').join(', '),
    ]), style),
    '',
    bold('What moves between them'),
    ...(flows.length === 0 ? ['  nothing yet'] : [table([{ title: 'from' }, { title: '' }, { title: 'to' }, { title: 'by' }], flows.map(flowRow), style)]),
    '',
    bold('Held in several systems, and nothing keeps it the same'),
    ...(apart.length === 0 ? ['  nothing'] : byGroups(apart).map((line) => wrapped(line, style, '  '))),
    '',
    bold('What to bring in step next'),
    ...(next.length === 0 ? ['  nothing: every shared field is kept the same'] : next.flatMap((one, index) => nextLines(one, index, style))),
    '',
    dim('Points: 1 a saved hour a month, 2 a field that is apart, 3 a department. The map itself: --format svg or mermaid.'),
  ].join('\n');
}

function flowRow({ kind, name, from, to, fromObject, toObjects, twoWay }: CatalogFlow): string[] {
  return [`${from}.${fromObject}`, kind === 'handoff' ? '⇢' : twoWay ? '↔' : '→', toObjects.map((object) => `${to}.${object}`).join(', '), `${kind} ${name}`];
}

/** Fields that are apart in the same way make one line. */
function byGroups(apart: readonly ApartField[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { field, groups } of apart) {
    const where = groups.map((group) => group.join(' + ')).join(' | ');
    lines.set(where, [...(lines.get(where) ?? []), field]);
  }
  return [...lines].map(([where, fields]) => `${where}: ${fields.join(', ')}`);
}

function nextLines({ system, score, with: partner, reasons }: NextIntegration, index: number, style: Style): string[] {
  const { bold } = style.colors;
  return [`  ${index + 1}. ${bold(printable(system))}${partner === null ? '' : ` with ${printable(partner)}`}: ${score} points`, ...reasons.map((reason) => wrapped(reason, style, '     '))];
}
