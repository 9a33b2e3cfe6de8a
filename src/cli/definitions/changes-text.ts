import { timesText } from '../../schedules/times-text.js';
import type { ScheduleChange } from '../../schedules/compare-schedules.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { counted } from '../terminal/wording.js';
import type { FolderChanges } from './apply-folder.js';
import type { DefinitionChange } from './definition-changes.js';

/** hasChanges says whether applying changes anything. */
export function hasChanges({ definitions, schedules }: FolderChanges): boolean {
  return definitions.some(({ change }) => change !== 'unchanged') || schedules.some(({ change }) => change !== 'unchanged' && change !== 'taken');
}

/** changesText shows what applying changes, or has changed. */
export function changesText(changes: FolderChanges, style: Style): string {
  return [definitionsText(changes.definitions, style), schedulesText(changes.schedules, style), remarksText(changes.remarks, style)].filter((part) => part !== '').join('\n\n');
}

function definitionsText(changes: readonly DefinitionChange[], style: Style): string {
  const changed = changes.filter(({ change }) => change !== 'unchanged');
  const unchanged = changes.length - changed.length;
  const lines = changed.flatMap((change) => [definitionLine(change, style), ...diffText(change, style)]);
  return ['Definitions', ...lines, ...(unchanged > 0 ? [style.colors.dim(`    ${counted(unchanged, 'definition')} unchanged`)] : [])].join('\n');
}

function definitionLine({ kind, name, change, version, versionBefore }: DefinitionChange, { colors }: Style): string {
  const what = `${kind} ${printable(name)}`;
  if (change === 'created') return colors.green(`  + ${what}  v${version}`);
  if (change === 'removed') return colors.red(`  - ${what}  v${version} is retired`);
  return colors.yellow(`  ~ ${what}  v${versionBefore ?? 0} → v${version}`);
}

function diffText({ change, diff }: DefinitionChange, { colors }: Style): string[] {
  if (change !== 'changed') return [];
  if (diff.length === 0) return [colors.dim('      The text is the same; this release reads it differently.')];
  return diff.map((line) => {
    if (line === null) return colors.dim('      …');
    const text = printable(line.text);
    if (line.kind === 'added') return colors.green(`      + ${text}`);
    return line.kind === 'removed' ? colors.red(`      - ${text}`) : colors.dim(`        ${text}`);
  });
}

function schedulesText(changes: readonly ScheduleChange[], style: Style): string {
  if (changes.length === 0) return '';
  const shown = changes.filter(({ change, pausedByHand }) => change !== 'unchanged' || pausedByHand !== null);
  const unchanged = changes.length - shown.length;
  const rows = shown.map((change) => scheduleRow(change, style));
  return [
    'Schedules',
    ...(rows.length > 0 ? [table([{ title: '' }, { title: '' }, { title: '' }], rows, style)] : []),
    ...(unchanged > 0 ? [style.colors.dim(`    ${counted(unchanged, 'schedule')} unchanged`)] : []),
  ].join('\n');
}

function scheduleRow({ id, change, desired, state, differences, pausedByHand }: ScheduleChange, { colors }: Style): Cell[] {
  const paint = { create: colors.green, update: colors.yellow, delete: colors.red, taken: colors.red, unchanged: colors.dim }[change];
  const sign = { create: '+', update: '~', delete: '-', taken: '!', unchanged: ' ' }[change];
  const times = desired === null ? '' : timesText(desired.shape.times);
  const remarks = [
    ...(change === 'update' ? [`changed: ${differences.join(', ')}`] : []),
    ...(change === 'delete' ? ['is removed'] : []),
    ...(change === 'taken' ? ['was not made by Crosswalk, so it is left alone; rename or delete it'] : []),
    ...(pausedByHand === null ? [] : [`stays paused by hand: ${pausedByHand || 'no reason given'}`]),
    ...(change === 'create' && state.paused ? ['paused by its definition'] : []),
  ];
  return [{ text: `${sign} ${id}`, paint }, times, remarks.join('; ')];
}

function remarksText(remarks: readonly string[], { colors }: Style): string {
  return remarks.map((remark) => colors.dim(printable(remark))).join('\n');
}
