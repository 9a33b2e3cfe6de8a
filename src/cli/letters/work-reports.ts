import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { JsonObject } from '../../contracts/json.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { changedFields } from '../../domain/changed-fields.js';
import { discardLetter, dropEdit, editable, editLetter, LetterRefusal, openLetter } from '../../store/letter-work.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { fieldChangesTable } from '../runs/field-changes.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { parsePayload, withFieldsSet } from './edit-payload.js';
import { theLetter } from './letters-report.js';
import { editText } from './open-editor.js';
import { personOf } from './person.js';

/** EditOptions is how a letter's record is edited: with fields to set, from a file, or in an editor. */
export interface EditOptions {
  readonly by?: string;
  readonly set?: readonly string[];
  /** A file with the whole record; `-` is standard input. */
  readonly payload?: string;
  readonly drop?: boolean;
}

/** editReport edits a letter's record for its next redrive, and says what differs; throws CommandError. */
export async function editReport({ session }: CommandContext, idPart: string, options: EditOptions): Promise<Report> {
  const database = await session.database();
  const { id } = await theLetter(database, idPart);
  const by = personOf(options);
  if (options.drop === true) {
    await refusable(() => dropEdit(database, id, by));
    return { data: { id, edited: null }, text: () => `Dropped the edited copy; a redrive of ${id} uses the record as the source holds it.` };
  }
  const before = await refusable(async () => editable(await openLetter(database, id)));
  const after = await editedPayload(before, options);
  if (canonicalJson(after) === canonicalJson(before)) throw badInput('The edited record is the same as before; nothing was changed.');
  await refusable(() => editLetter(database, id, after, by));
  const changes = Object.entries(changedFields(before, after)).map(([field, value]) => ({ field, before: before[field] ?? null, after: value }));
  return {
    data: { id, edited: after, by },
    text: (style) => [
      `Kept an edited copy of the record, by ${by}.`, ...(changes.length === 0 ? [] : [fieldChangesTable(changes, style, 2)]), '',
      `See what it would write: crosswalk dead-letters preview ${id}`, `Try it:                  crosswalk dead-letters redrive ${id}`,
    ].join('\n'),
  };
}

async function editedPayload(before: JsonObject, { set, payload }: EditOptions): Promise<JsonObject> {
  if (set !== undefined) return withFieldsSet(before, set);
  if (payload === '-') return parsePayload(await readAll(process.stdin), 'standard input');
  if (payload !== undefined) return parsePayload(await readFile(payload, 'utf8'), payload);
  return parsePayload(await editText(`${JSON.stringify(before, null, 2)}\n`), 'the editor');
}

/** DiscardOptions is why letters are discarded, and by whom. */
export interface DiscardOptions {
  readonly by?: string;
  readonly reason: string;
}

/** discardReport closes letters for good; throws CommandError for the first that cannot be. */
export async function discardReport({ session }: CommandContext, idParts: readonly string[], options: DiscardOptions): Promise<Report> {
  const database = await session.database();
  const by = personOf(options);
  const letters = await Promise.all(idParts.map((idPart) => theLetter(database, idPart)));
  for (const { id } of letters) await refusable(() => discardLetter(database, id, by, options.reason));
  return {
    data: { discarded: letters.map(({ id }) => id), by, reason: options.reason },
    text: () => `Discarded ${counted(letters.length, 'dead letter')}. A record is parked again when it changes at the source, or fails in another way.`,
  };
}

/** refusable makes a refusal of the store a failure that the caller can mend. */
export async function refusable<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof LetterRefusal) throw badInput(error.message);
    throw error;
  }
}
