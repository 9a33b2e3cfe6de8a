import type { Json } from '../contracts/json.js';

/** ProblemCode names why a value cannot be taken; stable, so that dead letters can be grouped by it. */
export type ProblemCode =
  | 'required' | 'too-large' | 'too-deep' | 'too-long' | 'invalid-unicode' | 'nul-character' | 'several-values'
  | 'not-text' | 'not-in-list' | 'unmapped-value' | 'not-reversible'
  | 'invalid-email' | 'invalid-phone' | 'phone-needs-region' | 'invalid-url'
  | 'invalid-number' | 'not-an-integer' | 'invalid-boolean'
  | 'invalid-date' | 'date-has-time' | 'invalid-datetime'
  | 'invalid-country' | 'invalid-currency' | 'currency-missing' | 'currency-mismatch' | 'too-many-places';

/** Refusal is why a value cannot be taken: a stable code and a sentence that never repeats the value. */
export class Refusal {
  constructor(readonly code: ProblemCode, readonly message: string) {}
}

/** ReadResult is what reading one value gives: the value and the repairs made on it, or why it cannot be taken. */
export type ReadResult =
  | { readonly ok: true; readonly value: Json; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly code: ProblemCode; readonly message: string };
