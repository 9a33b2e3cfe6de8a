import type { Condition } from '../../contracts/condition.js';
import type { HandoffDefinition } from '../../contracts/handoff-definition.js';
import type { ObjectReference } from '../../contracts/sync-definition.js';
import { conditionWords } from '../../explain/condition-words.js';
import { personWords } from '../../explain/explain-step.js';
import { handoffNames } from '../../explain/handoff-names.js';
import { series, span } from '../../explain/words.js';
import type { Rehearsal, RehearsedStep, RehearsedWrite } from '../../rehearsal/rehearsal.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { counted, moment, shownValue } from '../terminal/wording.js';
import { wrapped } from '../terminal/wrap.js';

/** RehearsalView is what is shown of a test. */
export interface RehearsalView {
  readonly definition: HandoffDefinition;
  readonly origin: string;
  readonly record: ObjectReference & { readonly id: string };
  readonly rehearsal: Rehearsal;
}

/** rehearsalText shows a test step by step: what would be read, written, waited for and asked, and how it would end. */
export function rehearsalText({ definition, origin, record, rehearsal }: RehearsalView, style: Style): string {
  const { colors } = style;
  const { when } = definition.trigger;
  const writes = rehearsal.steps.filter(({ write }) => write !== undefined).length;
  const title = `Test of ${definition.handoff} (${origin}) with ${record.system}.${record.object} ${record.id}`;
  return [
    colors.bold(printable(title)), 'Records are read as they are. Nothing is written, nobody is asked, and no time passes.',
    ...(rehearsal.begins || when === undefined ? [] : ['', wrapped(colors.yellow(`This record does not begin the handoff: it does not hold that ${conditionWords(when)}. The test goes on as if it did.`), style)]),
    '', ...rehearsal.steps.flatMap((step) => stepLines(step, definition, style)), '',
    endText(rehearsal, style), `${counted(writes, 'write')} ${writes === 1 ? 'was' : 'were'} planned, none was sent.`,
  ].join('\n');
}

function stepLines(step: RehearsedStep, definition: HandoffDefinition, style: Style): readonly string[] {
  const { colors } = style;
  const indent = '  '.repeat(step.depth + 1);
  const mark = { done: colors.green('✓'), skipped: colors.dim('–'), failed: colors.red('✗'), running: colors.red('✗') }[step.state];
  const turn = step.path === step.name ? '' : ` (turn ${step.path.slice(step.name.length + 1).replaceAll('/', ', ')})`;
  const detail = detailsOf(step, definition);
  return [
    `${indent}${mark} ${step.state === 'skipped' ? colors.dim(printable(step.title + turn)) : printable(step.title + turn)}`,
    ...[...detail, ...step.notes.map((note) => `note: ${note}`)].map((text) => wrapped(text.trimStart(), style, `${indent}    ${text.startsWith('  ') ? '  ' : ''}`)),
    ...(step.message === undefined ? [] : [colors.red(wrapped(`would fail: ${step.message}`, style, `${indent}    `))]),
  ];
}

function detailsOf(step: RehearsedStep, definition: HandoffDefinition): readonly string[] {
  const { write, found, wait, approval, notice, way, turns, unmet } = step;
  const inWords = (condition: Condition): string => conditionWords(condition, handoffNames(definition));
  if (unmet !== undefined) return [`skipped: it does not hold that ${inWords(unmet)}`];
  if (write !== undefined) return writeLines(write);
  if (found !== undefined) return [`${step.kind === 'action' ? 'found' : ''} ${found.system}.${found.object} ${found.id}`];
  if (wait !== undefined) {
    const length = wait.untilMs - step.atMs;
    return [wait.event === null ? (length <= 0 ? 'would not wait: the time is over' : `would wait ${span(Math.round(length / 1000) * 1000)}, until ${moment(new Date(wait.untilMs))}`) : `the event "${wait.event}" ends the wait`];
  }
  if (approval !== undefined) {
    return [
      `would ask ${series(approval.approvers.map(personWords), 'or')}${approval.quorum > 1 ? `, ${approval.quorum} of whom must approve` : ''}: ${approval.title}`,
      ...Object.entries(approval.shown).map(([field, value]) => `  ${field}: ${shownValue(value)}`),
      ...(approval.requestedBy === null ? [] : [`who asked, and may not answer: ${approval.requestedBy}`]),
      `taken as ${approval.state}${approval.chosen ? '' : ` (say otherwise with --approval ${step.name}=rejected)`}`,
    ];
  }
  if (notice !== undefined) return [`would tell ${notice.channels.length > 0 ? series(notice.channels) : (notice.department ?? 'people')}: ${notice.title}`, ...(notice.body === '' ? [] : [`  ${notice.body}`])];
  if (way !== undefined) return [way.index === -1 ? 'no way: no condition holds' : way.condition === null ? `way ${way.index + 1}: otherwise` : `way ${way.index + 1}: ${inWords(way.condition)}`];
  return turns === undefined ? [] : [counted(turns, 'turn')];
}

function writeLines({ system, object, kind, id, fields, before }: RehearsedWrite): readonly string[] {
  const lines = Object.entries(fields).map(([field, after]) => `  ${field}: ${before === null ? '' : `${shownValue(before[field])} → `}${shownValue(after)}`);
  return [`would ${kind} ${system}.${object} ${id}`, ...lines];
}

function endText({ state, message, undone, endsAtMs }: Rehearsal, style: Style): string {
  const { colors } = style;
  const reason = message === null ? '' : `: ${message}`;
  if (state === 'succeeded') return colors.green(wrapped(`It would succeed${reason}${endsAtMs - Date.now() > 60_000 ? `, on ${moment(new Date(endsAtMs))} at the latest` : ''}.`.replace(/\.\.$/, '.'), style));
  if (state === 'parked') return colors.red(wrapped(`It would stop here and wait for a person${reason}`, style));
  return colors.red(wrapped(`It would fail${reason} ${undone.length === 0 ? 'There is nothing to undo.' : `Undone would be ${series(undone)}.`}`, style));
}
