import { instantOf, parseIsoTime } from '../../domain/dates.js';
import { delegationsInForce, endDelegation, storeDelegation } from '../../store/delegations.js';
import { newId } from '../../store/new-id.js';
import { peopleDirectory } from '../../store/people-directory.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { moment } from '../terminal/wording.js';

/** GivenDelegation is a delegation as it is asked for on the command line. */
export interface GivenDelegation {
  readonly from: string;
  readonly to: string;
  /** A date or a date-time. */
  readonly until: string;
  readonly reason?: string;
}

const DAY_MS = 86_400_000;
const MAX_NAME = 100;

/** delegateReport puts a delegation in force; throws CommandError for one that makes no sense. */
export async function delegateReport({ session }: CommandContext, { from, to, until, reason }: GivenDelegation): Promise<Report> {
  for (const [option, name] of [['--from', from], ['--to', to]] as const) {
    if (name.trim() === '' || name.length > MAX_NAME || name.startsWith('team:')) throw badInput(`${option} has to be a person, in 1 to ${MAX_NAME} characters.`, { todo: 'Teams have members of their own; delegate for one of them.' });
  }
  const end = endOf(until);
  if (end === undefined) throw badInput(`"${until.slice(0, 60)}" is no date or time.`, { todo: 'Give --until as 2026-12-31 or as 2026-12-31T12:00:00Z.' });
  if (end.getTime() <= Date.now()) throw badInput('The time in --until is over.');
  const database = await session.database();
  const directory = await peopleDirectory(database);
  if (directory.personOf(from) === directory.personOf(to)) throw badInput('Nobody needs to delegate to themselves.', { todo: 'Both names are those of one person.' });
  const delegation = { id: newId(), from: from.trim(), to: to.trim(), until: end, reason: reason ?? null };
  await storeDelegation(database, delegation);
  return { data: { delegation }, text: () => `${printable(delegation.to)} answers for ${printable(delegation.from)} until ${moment(end)}.\nEnd it before: crosswalk approvals undelegate ${delegation.id}` };
}

function endOf(text: string): Date | undefined {
  const time = parseIsoTime(text);
  const ms = time === undefined ? undefined : instantOf(time, 'UTC');
  return ms === undefined ? undefined : new Date(time?.hasTime === true ? ms : ms + DAY_MS);
}

/** delegationsReport is what `crosswalk approvals delegations` says. */
export async function delegationsReport({ session }: CommandContext, limit: number): Promise<Report> {
  const delegations = await delegationsInForce(await session.database(), limit);
  return {
    data: { delegations },
    text: () => (delegations.length === 0 ? 'Nobody answers in another\'s place.' : delegations.map(({ id, from, to, until, reason }) =>
      `${id}  ${printable(to)} for ${printable(from)}, until ${moment(until)}${reason === null ? '' : `  (${printable(reason)})`}`).join('\n')),
  };
}

/** undelegateReport ends a delegation; throws CommandError where none of this id is in force. */
export async function undelegateReport({ session }: CommandContext, id: string): Promise<Report> {
  if (!(await endDelegation(await session.database(), id))) throw badInput(`No delegation "${id.slice(0, 60)}" is in force.`, { todo: 'See "crosswalk approvals delegations".' });
  return { data: { id, ended: true }, text: () => 'The delegation has ended.' };
}
