import type { Updateable } from 'kysely';
import type { LetterEvent } from '../contracts/dead-letter.js';
import type { JsonObject } from '../contracts/json.js';
import { compileGetter } from '../domain/json-pointer.js';
import type { Database } from './database.js';
import { findDeadLetters, type DeadLetterDetail } from './dead-letter-lookup.js';
import { activeDefinitions } from './definitions.js';
import { storableJson } from './storable-json.js';
import type { Tables } from './tables.js';

/** LetterRefusal is thrown when what is asked for cannot be done to a dead letter; the message says why and what can be. */
export class LetterRefusal extends Error {
  override readonly name = 'LetterRefusal';
  constructor(message: string, readonly why: 'unknown' | 'refused' = 'refused') {
    super(message);
  }
}

/** MOST_PAYLOAD_BYTES is how large an edited copy may be, as JSON text. */
export const MOST_PAYLOAD_BYTES = 256 * 1024;

/** What a person writes about a letter has at most so many characters. */
const MOST_NOTE = 1_000;

/** openLetter is an open letter by its whole id; throws LetterRefusal where there is none, or it is closed. */
export async function openLetter(database: Database, id: string): Promise<DeadLetterDetail> {
  const letter = (await findDeadLetters(database, id)).find((found) => found.id === id.toLowerCase());
  if (letter === undefined) throw new LetterRefusal(`There is no dead letter "${id.slice(0, 60)}".`, 'unknown');
  if (letter.state !== 'open') throw new LetterRefusal(`The dead letter ${letter.id} is ${letter.state} already.`);
  return letter;
}

/** redrivable throws LetterRefusal for a letter whose record cannot be tried again. */
export function redrivable(letter: Pick<DeadLetterDetail, 'stage' | 'id'>): void {
  if (letter.stage === 'read') throw new LetterRefusal(`The dead letter ${letter.id} is about an element without an id, which cannot be read again. Mend it at the source, then discard the letter.`);
}

/** editable is the record that an edit begins with; throws LetterRefusal where the letter holds none. */
export function editable(letter: Pick<DeadLetterDetail, 'stage' | 'id' | 'code' | 'payload' | 'edit'>): JsonObject {
  redrivable(letter);
  const payload = letter.edit?.payload ?? letter.payload;
  if (letter.code === 'unknown-outcome' || typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new LetterRefusal(`The dead letter ${letter.id} holds no source record that could be edited. Redrive it: the record is then read from the source.`);
  }
  return payload as JsonObject;
}

/** editLetter keeps an edited copy of a letter's record, for its next redrive; throws LetterRefusal. */
export async function editLetter(database: Database, id: string, payload: JsonObject, by: string): Promise<void> {
  const letter = await openLetter(database, id);
  editable(letter);
  const text = storableJson(payload);
  if (Buffer.byteLength(text) > MOST_PAYLOAD_BYTES) throw new LetterRefusal(`The edited record is larger than ${MOST_PAYLOAD_BYTES / 1024} KiB.`);
  await assertSameId(database, letter, payload);
  await change(database, letter.id, by, 'edited', null, { edited: text, edited_version: letter.edit?.version ?? letter.sourceVersion ?? null, edited_by: by, edited_at: new Date() });
}

/** dropEdit forgets the edited copy of a letter's record; throws LetterRefusal where there is none. */
export async function dropEdit(database: Database, id: string, by: string): Promise<void> {
  const letter = await openLetter(database, id);
  if (letter.edit === null) throw new LetterRefusal(`The dead letter ${letter.id} has no edited copy.`);
  await change(database, letter.id, by, 'edit-dropped', null, { edited: null, edited_version: null, edited_by: null, edited_at: null });
}

/** discardLetter closes a letter for good, with the reason; throws LetterRefusal. */
export async function discardLetter(database: Database, id: string, by: string, reason: string): Promise<void> {
  const why = reason.trim();
  if (why === '') throw new LetterRefusal('Say why the letter is discarded.');
  const letter = await openLetter(database, id);
  if (letter.code === 'unknown-outcome') {
    throw new LetterRefusal(
      `Nobody knows whether the write of the dead letter ${letter.id} was executed, and nothing more is written for its record until that is settled. ` +
      'Look at the target, then redrive the letter and say what you found: not written, or written as which record.',
    );
  }
  await change(database, letter.id, by, 'discarded', why.slice(0, MOST_NOTE), { state: 'discarded', resolved_at: new Date() });
}

type Change = Updateable<Tables['dead_letters']>;

async function change(database: Database, id: string, by: string, action: LetterEvent['action'], note: string | null, values: Change): Promise<void> {
  await database.kysely.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction.updateTable('dead_letters').set(values).where('id', '=', id).where('state', '=', 'open').executeTakeFirst();
    if (numUpdatedRows === 0n) throw new LetterRefusal(`The dead letter ${id} was closed meanwhile.`);
    await transaction.insertInto('letter_events').values({ letter_id: id, by_whom: by, action, run_id: null, note }).execute();
  });
}

async function assertSameId(database: Database, letter: DeadLetterDetail, payload: JsonObject): Promise<void> {
  const object = (await activeDefinitions(database, 'system')).find(({ name }) => name === letter.system)?.body.objects[letter.object];
  if (object === undefined) throw new LetterRefusal(`The system "${letter.system}" with the object "${letter.object}" is no longer applied.`);
  const id = compileGetter(object.id)(payload);
  if (id !== letter.sourceId && id !== Number(letter.sourceId)) throw new LetterRefusal(`The edited record must keep its id: ${object.id} has to be ${JSON.stringify(letter.sourceId)}.`);
}

/** letterEvents is who did what to a letter, oldest first. */
export async function letterEvents(database: Database, id: string): Promise<LetterEvent[]> {
  const rows = await database.kysely.selectFrom('letter_events').selectAll().where('letter_id', '=', id).orderBy('id').execute();
  return rows.map((row) => ({ at: row.at, by: row.by_whom, action: row.action, runId: row.run_id, note: row.note }));
}
