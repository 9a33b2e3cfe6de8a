import type { Json } from '../../contracts/json.js';
import type { Collection } from '../engine/collection.js';
import { checkFields, type FieldProblem } from '../engine/field-rules.js';
import type { Row } from '../engine/record.js';
import { apiWrite, type SystemState } from '../engine/system-state.js';
import type { MailingObject } from './mailing-objects.js';

/** MailingResult is what became of one write: a status as of HTTP, and the record or the reason. */
export type MailingResult =
  | { readonly status: 200 | 201; readonly row: Row }
  | { readonly status: 404; readonly title: string }
  | { readonly status: 409; readonly title: string; readonly existingId: string }
  | { readonly status: 422; readonly title: string; readonly errors: readonly FieldProblem[] };

/** writeMailing makes a record, or changes the one with the id. */
export function writeMailing(state: SystemState, object: MailingObject, id: string | undefined, input: Json | undefined): MailingResult {
  const collection = state.collection(object.object);
  const row = id === undefined ? undefined : collection.get(id);
  if (id !== undefined && row === undefined) return { status: 404, title: 'Resource Not Found' };
  const { fields, problems } = checkFields(object.rules, input, row === undefined ? 'create' : 'update', 'store');
  if (problems.length > 0) return { status: 422, title: 'Invalid Resource', errors: problems };
  const conflict = collection.conflict(fields, row);
  if (conflict !== undefined) return { status: 409, title: 'Member Exists', existingId: conflict.row.id };
  if (row === undefined) return { status: 201, row: state.create(collection, fields, apiWrite) };
  state.update(collection, row, fields, apiWrite);
  return { status: 200, row };
}

/** archiveMailing takes a record out of use; it keeps its id and its unique values. */
export function archiveMailing(state: SystemState, collection: Collection, id: string): MailingResult {
  const row = collection.get(id);
  if (row === undefined) return { status: 404, title: 'Resource Not Found' };
  state.update(collection, row, { status: 'archived' }, apiWrite, 'archive');
  return { status: 200, row };
}
