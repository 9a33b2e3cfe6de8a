import type { Review } from '../../store/identity-reviews.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { count, counted, distance, moment, shownValue } from '../terminal/wording.js';

/** So many reasons stand in the list; all of them are shown with one question. */
const REASONS_IN_LIST = 4;

/** matchesText lists questions, each with its heaviest reasons. */
export function matchesText(reviews: readonly Review[], total: number, style: Style): string {
  const { colors } = style;
  if (total === 0) return colors.green('No questions: no record waits for a person to say which one it is.');
  const rest = total - reviews.length;
  return [
    counted(total, 'question'),
    ...reviews.map((review) => [
      '',
      `${colors.bold(printable(`${review.source} ${review.sourceId}`))}  may be  ${colors.bold(printable(`${review.target} ${review.targetId}`))}  ${percent(review.probability)}  ${colors.dim(`${review.sync}, ${answered(review, style)}`)}`,
      ...heaviest(review).map(({ bits, text }) => `  ${signed(bits)}  ${printable(text)}`),
      colors.dim(`  ${review.id}`),
    ].join('\n')),
    ...(rest > 0 ? ['', colors.dim(`and ${count(rest)} more; --limit shows more of them`)] : []),
  ].join('\n');
}

/** matchText shows both records of a question side by side, and what each field says for and against. */
export function matchText(review: Review, style: Style): string {
  const { colors } = style;
  const fields = [...new Set([...Object.keys(review.sourceValues), ...Object.keys(review.targetValues)])];
  const facts = [
    ['sync', review.sync], ['probability', percent(review.probability)], ['state', stateOf(review)], ['asked', `first ${moment(review.firstAt)}, last ${moment(review.lastAt)}`], ['id', review.id],
    ...(review.note === null ? [] : [['note', review.note]]),
  ];
  const values = fields.map((field) => {
    const [ours, theirs] = [shownValue(review.sourceValues[field]), shownValue(review.targetValues[field])];
    return [field, ours, ours === theirs ? theirs : { text: theirs, paint: colors.yellow }];
  });
  return [
    colors.bold(printable(`${review.source} ${review.sourceId}  may be  ${review.target} ${review.targetId}`)),
    table([{ title: '' }, { title: '' }], facts, { ...style, columns: Number.POSITIVE_INFINITY }),
    '',
    table([{ title: 'field' }, { title: `${review.source}, as it would be written` }, { title: review.target }], values, style),
    '',
    table([{ title: 'bits', align: 'right' }, { title: 'reason (1 bit doubles the odds, -1 halves them)' }], review.reasons.map(({ bits, text }) => [signed(bits), text]), style),
  ].join('\n');
}

function heaviest({ reasons }: Review): Review['reasons'] {
  return reasons.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits)).slice(0, REASONS_IN_LIST);
}

function signed(bits: number): string {
  const text = bits.toFixed(1);
  return (bits > 0 ? `+${text}` : text).padStart(6);
}

/** Never rounded up to certainty. */
function percent(probability: number): string {
  return `${(Math.floor(probability * 1_000) / 10).toFixed(1)} %`;
}

function answered(review: Review, style: Style): string {
  return review.state === 'open' ? `asked ${distance(review.firstAt, style.now)}` : stateOf(review);
}

function stateOf({ state, decidedBy, decidedAt }: Review): string {
  if (state === 'open') return 'open: it waits for a person';
  if (state === 'superseded') return 'needs no answer any more';
  return `${state} by ${decidedBy ?? 'somebody'}${decidedAt === null ? '' : ` ${moment(decidedAt)}`}`;
}
