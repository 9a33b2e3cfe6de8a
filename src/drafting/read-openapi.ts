import { dereference } from '@readme/openapi-parser';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../contracts/json.js';
import { isJsonObject } from '../domain/json-pointer.js';

/** DraftSourceError says why a document cannot be used; its message is a sentence for people. */
export class DraftSourceError extends Error {
  override readonly name = 'DraftSourceError';
}

/** maxDocumentBytes is the largest document that is read: the largest of well-known vendors have about 10 MB. */
export const maxDocumentBytes = 32 * 1_048_576;

/** parseDocument reads JSON or YAML; throws DraftSourceError. */
export function parseDocument(text: string): Json {
  if (text.length > maxDocumentBytes) throw new DraftSourceError(`The document is larger than ${maxDocumentBytes / 1_048_576} MB.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    try {
      // An alias may stand for a large part of a file; documents of vendors use a few.
      return parse(text, { maxAliasCount: 1_000, prettyErrors: false, logLevel: 'silent' }) as Json;
    } catch {
      throw new DraftSourceError('The document is neither JSON nor YAML.');
    }
  }
}

/** isOpenApi says whether a document calls itself an OpenAPI document. */
export function isOpenApi(document: Json): document is JsonObject {
  return isJsonObject(document) && (typeof document['openapi'] === 'string' || typeof document['swagger'] === 'string');
}

/** resolveOpenApi resolves the references within a document, which may then be within itself; those that lead out of it are not followed. Throws DraftSourceError. */
export async function resolveOpenApi(document: JsonObject): Promise<JsonObject> {
  try {
    // A reference to another file or host would let a document read what it likes.
    const copy: unknown = structuredClone(document);
    const resolved: unknown = await dereference(copy as Parameters<typeof dereference>[0], { resolve: { external: false }, dereference: { circular: true } });
    return resolved as JsonObject;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : '';
    throw new DraftSourceError(`The references of the document cannot be resolved: ${reason}`);
  }
}
