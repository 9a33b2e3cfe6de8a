import { parseObjectReference } from '../../config/object-name.js';
import { EntityConflict, splitRecord } from '../../store/entity-merges.js';
import { acceptReview, rejectReview } from '../../store/identity-reviews.js';
import type { Decision } from '../../store/identity-separations.js';
import { objectNumber } from '../../store/names.js';
import { knownObjects } from '../../store/record-history.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { carriedOutText, carryOut } from './carry-out-answer.js';
import { theReview } from './matches-report.js';

/** AnswerOptions is who says it, and why. */
export interface AnswerOptions {
  readonly by: string;
  readonly note?: string;
}

/** A longer note or name is a mistake. */
const MAX_LENGTH = 1_000;

/** answerReport answers a question and says what follows; throws CommandError where it cannot be answered. */
export async function answerReport({ session }: CommandContext, verb: 'accept' | 'reject', id: string, options: AnswerOptions): Promise<Report> {
  const database = await session.database();
  const review = await theReview(database, id);
  await explained(() => (verb === 'accept' ? acceptReview : rejectReview)(database, review.id, decisionOf(options)));
  const pair = `${review.source} ${review.sourceId} and ${review.target} ${review.targetId}`;
  const follows = verb === 'accept' ? `${pair} are linked.` : `${pair} stay two.`;
  const carriedOut = await carryOut(session, review, options.by);
  return {
    data: { answered: review.id, verb, by: options.by, source: review.source, sourceId: review.sourceId, target: review.target, targetId: review.targetId, ...carriedOut },
    text: () => `${follows}\n${carriedOutText(review, carriedOut)}`,
  };
}

/** splitReport takes a record out of its entity and says which records it was taken from; throws CommandError where it is linked with none. */
export async function splitReport({ session }: CommandContext, name: string, id: string, options: AnswerOptions): Promise<Report> {
  const reference = parseObjectReference(name);
  if (reference === undefined) throw badInput(`"${name.slice(0, 80)}" is no object of a system.`, { todo: 'Write it as system.object, for example crm.contact.' });
  const database = await session.database();
  if (!(await knownObjects(database)).includes(name)) throw badInput(`No sync has ever read or written "${name}".`, { todo: 'See "crosswalk status" for the objects that are synced.' });
  const object = await objectNumber(database, reference);
  const others = await explained(() => splitRecord(database, { object, id }, decisionOf(options)));
  return {
    data: { split: { object: name, id }, from: others.map((other) => other.id), by: options.by },
    text: () => `${name} ${id} is on its own; it was linked with ${counted(others.length, 'record')}.\nIt gets counterparts of its own at the next complete read of its syncs.`,
  };
}

function decisionOf({ by, note }: AnswerOptions): Decision {
  for (const [what, text] of [['name', by], ['note', note ?? '']] as const) if (text.length > MAX_LENGTH) throw badInput(`The ${what} has more than ${MAX_LENGTH} characters.`);
  return { by, note: note ?? null };
}

async function explained<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof EntityConflict) throw badInput(error.message, { todo: 'See "crosswalk matches" and "crosswalk record" for how things stand.' });
    throw error;
  }
}
