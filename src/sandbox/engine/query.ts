import type { FastifyRequest } from 'fastify';

/** QueryError is a query parameter that a system refuses; `parameter` names it. */
export class QueryError extends Error {
  readonly parameter: string;
  readonly statusCode = 400;

  constructor(parameter: string, message: string) {
    super(`${parameter}: ${message}`);
    this.parameter = parameter;
  }
}

/** queryValue reads a query parameter as it came: a text, a list of texts where it came more than once, or undefined. */
export function queryValue(request: FastifyRequest, parameter: string): unknown {
  return (request.query as Record<string, unknown>)[parameter];
}

/** queryText reads a query parameter; undefined where it is absent or empty. Throws QueryError when it is given twice. */
export function queryText(request: FastifyRequest, parameter: string): string | undefined {
  const value = queryValue(request, parameter);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new QueryError(parameter, 'given more than once');
  return value;
}

/** queryInteger reads a whole number within bounds; throws QueryError when it is anything else. */
export function queryInteger(request: FastifyRequest, parameter: string, range: { min: number; max: number; otherwise: number }): number {
  const text = queryText(request, parameter);
  if (text === undefined) return range.otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.min && value <= range.max)) {
    throw new QueryError(parameter, `must be a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

/** queryTime reads a time with the given parser into Unix milliseconds; throws QueryError when it is none. */
export function queryTime(
  request: FastifyRequest,
  parameter: string,
  parse: (text: string) => number | undefined,
  example: string,
): number | undefined {
  const text = queryText(request, parameter);
  if (text === undefined) return undefined;
  const ms = parse(text);
  if (ms === undefined) throw new QueryError(parameter, `must be a time such as ${example}`);
  return ms;
}
