import type { LetterEvent, LetterGroup } from '../../contracts/dead-letter.js';
import type { DeadLetter } from '../../store/dead-letters.js';
import type { DeadLetterDetail } from '../../store/dead-letter-lookup.js';
import type { Json } from '../../contracts/json.js';
import { printable, printableLines } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { wrapped } from '../terminal/wrap.js';
import { count, counted, distance, moment } from '../terminal/wording.js';

/** groupsText shows how many dead letters share each cause. */
export function groupsText(groups: readonly LetterGroup[], style: Style): string {
  const rows = groups.map((group) => [count(group.count), group.sync, `${group.stage} ${group.code}`, group.group, distance(group.newestAt, style.now), group.example]);
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  return [
    `${counted(total, 'dead letter')} with ${counted(groups.length, 'cause')}`,
    table([{ title: '', align: 'right' }, { title: 'sync' }, { title: 'cause' }, { title: 'group' }, { title: 'newest' }, { title: 'for example' }], rows, style),
  ].join('\n');
}

/** lettersText lists dead letters, each with its problems. */
export function lettersText(letters: readonly DeadLetter[], total: number, style: Style): string {
  const { colors } = style;
  const rest = total - letters.length;
  return [
    ...letters.map((letter) => [
      `${colors.bold(printable(`${letter.system}.${letter.object} ${letter.sourceId}`))}  ${printable(`${letter.sync}  ${letter.stage} ${letter.code}`)}  ${colors.dim(`${attempts(letter)}, ${distance(letter.lastAt, style.now)}`)}`,
      ...reasons(letter).map((reason) => wrapped(reason, style, '  ')),
      colors.dim(`  ${letter.id}`),
    ].join('\n')),
    ...(rest > 0 ? [colors.dim(`and ${count(rest)} more; --limit shows more of them`)] : []),
  ].join('\n');
}

/** letterText shows all that is known of a dead letter, and who did what to it. */
export function letterText(letter: DeadLetterDetail, events: readonly LetterEvent[], style: Style): string {
  const { colors } = style;
  const facts = [
    ['sync', `${letter.sync}, version ${letter.definitionVersion}`],
    ['state', letter.state === 'open' ? 'open: it waits for a person' : `${letter.state}${letter.resolvedAt === null ? '' : ` ${moment(letter.resolvedAt)}`}`],
    ['cause', `${letter.stage} ${letter.code}`],
    ['tried', `${attempts(letter)}, first ${moment(letter.firstAt)}, last ${moment(letter.lastAt)}`],
    ['group', letter.group],
    ['run', letter.runId],
    ['id', letter.id],
  ];
  return [
    colors.bold(printable(`${letter.system}.${letter.object} ${letter.sourceId}`)),
    table([{ title: '' }, { title: '' }], facts, { ...style, columns: Number.POSITIVE_INFINITY }),
    '',
    ...reasons(letter).map((reason) => colors.red(wrapped(reason, style))),
    ...part('Record', letter.payload, style),
    ...(letter.edit === null ? [] : part(`Edited copy, by ${printable(letter.edit.by)} ${moment(letter.edit.at)}${letter.state === 'open' ? '; a redrive uses it' : ''}`, letter.edit.payload, style)),
    ...part('Request', letter.request, style),
    ...(letter.responseExcerpt === null ? [] : ['', colors.bold('Answer'), indented(letter.responseExcerpt)]),
    ...historyPart(events, style),
  ].join('\n');
}

const deeds: Readonly<Record<LetterEvent['action'], string>> = {
  edited: 'edited the record', 'edit-dropped': 'dropped the edited copy', previewed: 'previewed a redrive', redriven: 'redrove it', retried: 'tried it again without being asked', discarded: 'discarded it',
};

function historyPart(events: readonly LetterEvent[], style: Style): string[] {
  if (events.length === 0) return [];
  const rows = events.map(({ at, by, action, note, runId }) => [moment(at), by, `${deeds[action]}${note === null ? '' : `: ${note}`}`, { text: runId === null ? '' : `run ${runId}`, paint: style.colors.dim }]);
  return ['', style.colors.bold('History'), table([{ title: '' }, { title: '' }, { title: '' }, { title: '' }], rows, style)];
}

function attempts({ attempts: made }: DeadLetter): string {
  return counted(made, 'attempt');
}

// The problems say more than the message that was made of them.
function reasons({ problems, message }: DeadLetter): string[] {
  return problems.length > 0 ? problems.map((problem) => `${problem.field}: ${problem.message}`) : [message];
}

function part(title: string, value: Json, { colors }: Style): string[] {
  return value === null ? [] : ['', colors.bold(title), indented(JSON.stringify(value, null, 2))];
}

function indented(text: string): string {
  return printableLines(text).split('\n').map((line) => `  ${line}`).join('\n');
}
