import { compileSetter, FieldPathError, parseFieldPath } from '../domain/json-pointer.js';

/** pointerProblem says what is wrong with a JSON Pointer (RFC 6901); undefined where nothing is. */
export function pointerProblem(text: string): string | undefined {
  if (text !== '' && !text.startsWith('/')) return `'${text}' is no JSON Pointer; write '/${text.replaceAll('.', '/')}'`;
  return problemOf(() => parseFieldPath(text));
}

/** writableFieldProblem says why a field, a name or a JSON Pointer, cannot be written; undefined where it can. */
export function writableFieldProblem(field: string): string | undefined {
  return problemOf(() => compileSetter(field));
}

/** pointerPattern is what a JSON Pointer looks like, for editors. */
export const pointerPattern = /^(\/([^~]|~[01])*)?$/;

function problemOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof FieldPathError) return error.message.replace(/\.$/, '');
    throw error;
  }
}

/** pointerTo gives the JSON Pointer (RFC 6901) of a key at the top of a record. */
export function pointerTo(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
