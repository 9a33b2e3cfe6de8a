import { didYouMean } from '../../config/suggestion.js';
import { parseObjectReference } from '../../config/object-name.js';
import type { FieldProfile, ObjectProfile } from '../../contracts/drift.js';
import { isTwoWay, type ObjectReference, type SyncDefinition } from '../../contracts/sync-definition.js';
import { asPointer, withoutHeld } from '../../domain/drift/without-held.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions } from '../../store/definitions.js';
import { endQuarantine, openQuarantines, readProfile, replaceBaseline } from '../../store/drift.js';
import { badInput } from '../command-error.js';
import { explainError } from '../explain-error.js';
import { personOf } from '../letters/person.js';
import type { CommandContext } from '../run-command.js';
import { startRun } from '../runs/start-run.js';
import { sentenceEnd } from '../sync-names.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';

/** EndQuarantineOptions is what a person says of a field. */
export interface EndQuarantineOptions {
  readonly object: string;
  readonly field: string;
  readonly how: 'accepted' | 'released';
  readonly by?: string;
  /** Whether complete runs are started. */
  readonly run: boolean;
}

/** endQuarantineReport ends the quarantine of a field and starts what carries over what was held; throws CommandError for a field that is in none. */
export async function endQuarantineReport(context: CommandContext, { object: text, field: name, how, by, run }: EndQuarantineOptions): Promise<Report> {
  const reference = parseObjectReference(text);
  if (reference === undefined) throw badInput(`"${text.slice(0, 60)}" is no object of a system.`, { todo: 'Write it as in crm.contact.' });
  const field = asPointer(name);
  const database = await context.session.database();
  if (how === 'accepted') await acceptProfile(database, reference, field);
  if (!(await endQuarantine(database, reference, field, { by: personOf(by === undefined ? {} : { by }), how }))) {
    const open = (await openQuarantines(database)).filter((one) => one.system === reference.system && one.object === reference.object).map((one) => one.field);
    throw badInput(`The field ${field.slice(0, 60)} of ${text} is not in quarantine${sentenceEnd(didYouMean(field, open))}`, { todo: 'See "crosswalk drift" for those that are.' });
  }
  const isEnd = (end: ObjectReference): boolean => end.system === reference.system && end.object === reference.object;
  const holds = (sync: SyncDefinition): boolean => withoutHeld(sync, isEnd(sync.from) ? [field] : [], isTwoWay(sync) && isEnd(sync.to) ? [field] : []).held.length > 0;
  const syncs = (await activeDefinitions(database, 'sync')).filter(({ body }) => body.rollout.mode !== 'paused' && holds(body)).map((sync) => sync.name);
  const started = run ? await startRuns(context, database, syncs) : [];
  return {
    data: { ...reference, field, how, syncs, started },
    text: () => [
      `${printable(text)} ${printable(field)} is ${how}: it is written again.`,
      ...started.map(({ sync, problem }) => (problem === null ? `A complete run of ${printable(sync)} carries over what was held: crosswalk sync ${printable(sync)}` : `${printable(sync)}: ${printable(problem)}`)),
      ...(run || syncs.length === 0 ? [] : [`What was held is carried over by the next complete run: ${syncs.map((sync) => `crosswalk sync ${printable(sync)} --full`).join(', ')}`]),
    ].join('\n'),
  };
}

/** The field, and what is in it, counts from now on as it was seen last. */
async function acceptProfile(database: Database, reference: ObjectReference, field: string): Promise<void> {
  const known = await readProfile(database, reference);
  if (known === undefined) return;
  const isOther = ([name]: readonly [string, FieldProfile]): boolean => name !== field && !name.startsWith(`${field}/`);
  const kept = Object.entries(known.baseline.fields).filter(isOther);
  const taken = Object.entries(known.current.fields).filter((entry) => !isOther(entry));
  const baseline: ObjectProfile = { records: Math.max(known.baseline.records, known.current.records), fields: Object.fromEntries([...kept, ...taken]) };
  await replaceBaseline(database, reference, baseline);
}

async function startRuns({ session }: CommandContext, database: Database, syncs: readonly string[]): Promise<{ readonly sync: string; readonly problem: string | null }[]> {
  const started: { readonly sync: string; readonly problem: string | null }[] = [];
  for (const sync of syncs) {
    try {
      await startRun(await session.crosswalk(), database, { sync, mode: 'full', allowRemovals: false, allowChanges: false, allowShrink: false });
      started.push({ sync, problem: null });
    } catch (error) {
      // The field is released all the same; the next complete run finds what was held.
      started.push({ sync, problem: explainError(error).message });
    }
  }
  return started;
}
