import type { PlanState } from '../../contracts/plan.js';
import type { PlannedWriteView, RefusalView } from '../../contracts/plan-view.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import type { RefusalCount } from '../../store/plan-refusals.js';
import type { Plan } from '../../store/plans.js';
import { fieldChanges, fieldChangesTable } from '../runs/field-changes.js';
import { plannedTotal } from '../runs/plan-text.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, counted, distance, moment, shownValue } from '../terminal/wording.js';

/** How many hex digits of a hash are shown to be typed. */
const SHOWN_HASH = 16;

const stateWords: Readonly<Record<PlanState, string>> = {
  making: 'not complete', open: 'waits for approval', approved: 'approved', applying: 'being applied', applied: 'applied', unfinished: 'begun, not ended', unfit: 'no longer fits',
};

/** planStateCell shows where a plan stands. */
export function planStateCell(state: PlanState, { colors }: Style): Cell {
  const paint = { making: colors.dim, open: colors.yellow, approved: colors.cyan, applying: colors.cyan, applied: colors.green, unfinished: colors.yellow, unfit: colors.red }[state];
  return { text: stateWords[state], paint };
}

/** plansText lists plans, the newest first. */
export function plansText(plans: readonly Plan[], style: Style): string {
  if (plans.length === 0) return 'No plans are stored. Make one with "crosswalk sync NAME --plan" or "crosswalk undo RUN".';
  const rows = plans.map((plan): Cell[] => [
    plan.id, plan.sync, plan.title, ...[plan.counts.created, plan.counts.updated, plan.counts.archived + plan.counts.deleted].map(count),
    planStateCell(plan.state, style), plan.approvedBy ?? '–', distance(plan.createdAt, style.now),
  ]);
  const numbers = ['create', 'update', 'remove'].map((title) => ({ title, align: 'right' as const }));
  return table([{ title: 'plan' }, { title: 'sync' }, { title: 'what' }, ...numbers, { title: 'state' }, { title: 'approved by' }, { title: 'made' }], rows, style);
}

/** PlanPart is a plan with the part of it that is shown. */
export interface PlanPart {
  readonly plan: Plan;
  readonly writes: readonly PlannedWriteView[];
  readonly refusals: readonly RefusalView[];
  /** All that is left out, by reason. */
  readonly refused: readonly RefusalCount[];
  /** Gives the mapping's order of fields; undefined for a sync that is gone. */
  readonly sync: Pick<SyncDefinition, 'fields'> | undefined;
}

/** planPartText shows a plan: what it is, its first writes field by field, what it leaves out and why, and what to do next. */
export function planPartText(part: PlanPart, style: Style): string {
  const { plan, writes, refusals, refused } = part;
  const { colors } = style;
  const total = plannedTotal(plan.counts);
  return [
    colors.bold(printable(plan.title)),
    planFacts(plan, style),
    ...(writes.length > 0 ? ['', ...writes.map((write) => writeText(write, part.sync, style))] : []),
    ...(total > writes.length ? [colors.dim(`  ${writes.length > 0 ? 'and ' : ''}${count(total - writes.length)} more; --limit and --after show them, --lines prints them all`)] : []),
    ...refusedText(refused, refusals, style),
    '',
    ...planAdvice(plan, total),
  ].join('\n');
}

function planFacts(plan: Plan, style: Style): string {
  const { counts } = plan;
  const facts: Cell[][] = [
    ['plan', plan.id],
    ['hash', plan.hash ?? '–'],
    ['sync', `${plan.sync}, version ${plan.definitionVersion}`],
    ['writes', ([['create', counts.created], ['update', counts.updated], ['archive', counts.archived], ['delete', counts.deleted]] as const).filter(([, many]) => many > 0).map(([kind, many]) => `${kind} ${count(many)}`).join(', ') || 'none'],
    ['state', planStateCell(plan.state, style)],
    ['made', moment(plan.createdAt)],
    ...(plan.approvedBy === null || plan.approvedAt === null ? [] : [['approved', `by ${plan.approvedBy}, ${moment(plan.approvedAt)}`]]),
    ...(plan.appliedRun === null ? [] : [['run', `${plan.appliedRun.id}, ${plan.appliedRun.state}`]]),
    ...(plan.appliedRun?.message == null ? [] : [['', plan.appliedRun.message]]),
  ];
  return table([{ title: '' }, { title: '' }], facts, { ...style, columns: Number.POSITIVE_INFINITY });
}

function writeText({ kind, from, sourceId, to, externalId, reason, before, after }: PlannedWriteView, sync: PlanPart['sync'], style: Style): string {
  const { colors } = style;
  const paint = kind === 'create' ? colors.green : kind === 'update' ? colors.yellow : colors.red;
  const head = `  ${paint(kind)}  ${printable(`${from} ${sourceId} → ${externalId === null ? `new ${to}` : `${to} ${externalId}`}`)}  ${colors.dim(printable(reason))}`;
  const changes = kind === 'create' || kind === 'update' ? fieldChanges(kind === 'create' ? null : before, after, sync) : [];
  return changes.length === 0 ? head : `${head}\n${fieldChangesTable(changes, style)}`;
}

/** refusedText shows what a plan leaves out, or what no longer fitted, by reason and then one by one. */
export function refusedText(refused: readonly RefusalCount[], refusals: readonly RefusalView[], style: Style): string[] {
  const { colors } = style;
  const total = refused.reduce((sum, { count: many }) => sum + many, 0);
  if (total === 0) return [];
  return [
    '',
    colors.yellow(`Left out: ${counted(total, 'record')} (${refused.map(({ code, count: many }) => `${code} ${count(many)}`).join(', ')})`),
    ...refusals.map((refusal) => refusalText(refusal, style)),
    ...(total > refusals.length ? [colors.dim(`  ${refusals.length > 0 ? 'and ' : ''}${count(total - refusals.length)} more`)] : []),
  ];
}

function refusalText({ from, sourceId, to, externalId, code, message, fields }: RefusalView, { colors }: Style): string {
  const details = fields.map(({ field, message: why, expected, found }) =>
    `      ${printable(expected === undefined && found === undefined ? `${field}: ${why}` : `${field}: expected ${shownValue(expected)}, found ${shownValue(found)}`)}`);
  // The fields' own messages say more than the sentence that was made of them.
  const sentence = fields.length > 0 && fields.every(({ expected }) => expected === undefined) ? '' : `  ${printable(message)}`;
  return [`  ${printable(`${from} ${sourceId}${externalId === null ? '' : ` → ${to ?? ''} ${externalId}`}`)}  ${colors.yellow(printable(code))}${sentence}`, ...details].join('\n');
}

/** planAdvice says what can be done with a plan next. */
export function planAdvice({ id, state, hash }: Pick<Plan, 'id' | 'state' | 'hash'>, total: number): string[] {
  if (total === 0) return ['There is nothing to write.'];
  switch (state) {
    case 'making':
      return ['The plan is not complete, so it cannot be approved.'];
    case 'open':
      return [`Approve it with: crosswalk plans approve ${id} --hash ${hash?.slice(0, SHOWN_HASH) ?? ''}`];
    case 'approved':
      return [`Apply it with: crosswalk plans apply ${id}`];
    case 'applying':
      return [`It is being applied; watch it with: crosswalk plans apply ${id}`];
    case 'applied':
      return ['It was applied; a plan is applied once. Take it back with "crosswalk undo" and the run above.'];
    case 'unfinished':
      return [`Its writes are not all made; go on with: crosswalk plans apply ${id}`];
    case 'unfit':
      return ['The world had changed when it was to be applied. Make a new plan.'];
  }
}
