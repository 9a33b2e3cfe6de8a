import { SystemError } from '../contracts/system-error.js';
import { FieldPathError } from '../domain/json-pointer.js';
import type { HttpClient } from '../http/client-types.js';

/**
 * unbuildableRequest gives the SystemError for an exception while a request was put together: a field that cannot be set
 * because another value stands in its way parks the record. Throws anything else again.
 */
export function unbuildableRequest(error: unknown, client: Pick<HttpClient, 'failed'>, request: string): SystemError {
  if (error instanceof SystemError) return error;
  if (error instanceof FieldPathError) return client.failed({ outcome: 'park', code: 'unexpected-shape', what: `was not sent. ${error.message}`, request });
  throw error;
}
