import type { FastifyRequest } from 'fastify';
import type { Json } from '../../contracts/json.js';

/** pathId reads `:id` of a request's path. */
export function pathId(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id;
}

/** jsonBody is the parsed body of a request; undefined where it has none. */
export function jsonBody(request: FastifyRequest): Json | undefined {
  return request.body as Json | undefined;
}

/** bodyFields are the fields of a body that is an object; none where it is anything else. */
export function bodyFields(request: FastifyRequest): Readonly<Record<string, Json>> {
  const body = jsonBody(request);
  return body === undefined || body === null || typeof body !== 'object' || Array.isArray(body) ? {} : (body as Readonly<Record<string, Json>>);
}
