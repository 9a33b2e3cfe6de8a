import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { moment, shownValue } from '../terminal/wording.js';
import type { WhyEntry, WhyNow, WhyView } from './why-view.js';

/** whyText shows every value that a field was given, the newest first, and what it holds now. */
export function whyText({ record, field, entries, agreed, now }: WhyView, style: Style): string {
  const { colors } = style;
  const name = printable(`${record.system}.${record.object} ${record.id}  ${field}`);
  return [
    colors.bold(name),
    ...(now === null ? [] : [nowText(now, style)]),
    ...(entries.length > 0 ? ['', ...entries.flatMap((entry, index) => [...(index === 0 ? [] : ['']), entryText(entry, style)])] : []),
    ...(entries.length === 0 ? ['', neverWritten(agreed, style)] : []),
  ].join('\n');
}

function nowText({ verdict, value, expected, problem }: WhyNow, { colors }: Style): string {
  if (problem !== null) return `  now  ${colors.yellow(`not known: ${printable(problem)}`)}`;
  if (verdict === 'not there') return `  now  ${colors.yellow('the system has no such record')}`;
  const shown = printable(shownValue(value));
  if (verdict === 'marked as deleted') return `  now  ${shown}  ${colors.yellow('the system marks the record as deleted')}`;
  if (verdict === 'changed outside since') return `  now  ${colors.yellow(shown)}  ${colors.yellow(`changed outside since: it was ${printable(shownValue(expected))}`)}`;
  return `  now  ${shown}  ${colors.dim(verdict)}`;
}

function neverWritten(agreed: WhyView['agreed'], style: Style): string {
  const first = 'No write has ever set this field.';
  if (agreed.length === 0) return `  ${first}`;
  return [`  ${first} It was found with this value when the records were matched:`, table([{ title: '' }, { title: '' }], agreed.map(({ sync, value }) => [sync, shownValue(value)]), style, 4)].join('\n');
}

function entryText(entry: WhyEntry, style: Style): string {
  const { colors } = style;
  const paint = { acknowledged: colors.green, sent: colors.cyan, refused: colors.red, 'not-executed': colors.red, unknown: colors.yellow, planned: colors.dim }[entry.state];
  const { kind, state, approvedBy, message, sourceVersion } = entry;
  const facts: (readonly [string, Cell])[] = [
    ['from', `${entry.sourceSystem}.${entry.sourceObject} ${entry.sourceId}${fieldsText(entry.from)}${sourceVersion === null ? '' : `, version ${sourceVersion}`}`],
    ...(kind === 'archive' || kind === 'delete' ? [] : [['rule', entry.rule ?? 'its definition does not map this field, or is no longer stored'] as const]),
    ['sync', `${entry.sync} v${entry.definitionVersion}`],
    ['reason', entry.reason],
    ['run', `${entry.runMode ?? 'unknown'} ${entry.runId}`],
    ...(approvedBy === null ? [] : [['approved', `by ${approvedBy}`] as const]),
    ...(message === null ? [] : [['answer', message] as const]),
  ];
  return [
    `  ${moment(entry.at)}  ${kind}  ${paint(state)}${entry.settledAt === null ? '' : colors.dim(`  ${moment(entry.settledAt)}`)}`,
    ...(kind === 'archive' || kind === 'delete' ? [] : [`      ${changeText(entry, style)}`]),
    table([{ title: '' }, { title: '' }], facts.map(([title, cell]) => [{ text: title, paint: colors.dim }, cell]), style, 6),
  ].join('\n');
}

function fieldsText(from: readonly string[] | null): string {
  return from === null || from.length === 0 ? '' : `: ${from.join(', ')}`;
}

function changeText({ kind, before, after }: WhyEntry, { colors }: Style): string {
  const next = colors.green(printable(shownValue(after)));
  if (kind === 'create') return next;
  return `${colors.red(printable(shownValue(before)))}  →  ${next}`;
}
