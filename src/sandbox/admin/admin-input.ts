import type { Json } from '../../contracts/json.js';
import type { RecordValue } from '../engine/record.js';

/** AdminError is a request to the admin API that cannot be carried out; it says what to send instead. */
export class AdminError extends Error {
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** AdminInput reads the fields of a JSON body; every reader throws AdminError where a value is not what it should be. */
export class AdminInput {
  readonly #body: RecordValue;

  /** Throws AdminError when the body is no object or has fields other than those allowed. */
  constructor(body: unknown, allowed: readonly string[]) {
    const given = body ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw new AdminError('the body must be a JSON object');
    const unknown = Object.keys(given).find((field) => !allowed.includes(field));
    if (unknown !== undefined) throw new AdminError(`${unknown}: unknown field; there are ${allowed.join(', ')}`);
    this.#body = given as RecordValue;
  }

  value(field: string): Json | undefined {
    return this.#body[field];
  }

  isNull(field: string): boolean {
    return this.#body[field] === null;
  }

  text(field: string): string | undefined {
    const value = this.#body[field];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw new AdminError(`${field}: must be a text`);
    return value;
  }

  requiredText(field: string): string {
    const value = this.text(field);
    if (value === undefined || value === '') throw new AdminError(`${field}: is required`);
    return value;
  }

  number(field: string, min: number, max: number): number | undefined {
    const value = this.#body[field];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || value < min || value > max) throw new AdminError(`${field}: must be a number from ${min} to ${max}`);
    return value;
  }

  integer(field: string, min: number, max: number): number | undefined {
    const value = this.number(field, min, max);
    if (value !== undefined && !Number.isInteger(value)) throw new AdminError(`${field}: must be a whole number`);
    return value;
  }

  boolean(field: string): boolean | undefined {
    const value = this.#body[field];
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw new AdminError(`${field}: must be true or false`);
    return value;
  }

  list(field: string): readonly Json[] | undefined {
    const value = this.#body[field];
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new AdminError(`${field}: must be a list`);
    return value as readonly Json[];
  }

  object(field: string): RecordValue | undefined {
    const value = this.#body[field];
    if (value === undefined) return undefined;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new AdminError(`${field}: must be an object`);
    return value as RecordValue;
  }
}
