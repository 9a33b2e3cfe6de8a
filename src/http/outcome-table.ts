import type { OutcomeKind } from '../contracts/system-definition.js';
import type { SystemErrorCode } from '../contracts/system-error.js';

/**
 * Operation is what a request does, as far as a repeat of it is concerned: `list` reads many records, `read` one;
 * `create` makes a record each time it is executed, `keyed-create` carries an idempotency key, so that the system executes
 * a repeat once; `change` sets a record that is named by its id to given values, or removes it, so that a repeat is harmless.
 */
export type Operation = 'list' | 'read' | 'create' | 'keyed-create' | 'change';

/** Situation is what came of a request that did not succeed; `-unsent` says that no byte of it left, so that it cannot have been executed. */
export type Situation = keyof typeof rows;

/** BadOutcome is what a request that did not succeed means. */
export type BadOutcome = Exclude<OutcomeKind, 'ok'>;

/** Judgement is what a situation means for an operation. */
export interface Judgement {
  readonly outcome: BadOutcome;
  readonly code: SystemErrorCode;
}

type Row = readonly [code: SystemErrorCode, list: BadOutcome, read: BadOutcome, create: BadOutcome, keyedCreate: BadOutcome, change: BadOutcome];

/**
 * The default reading of every situation. Three thoughts run through it. What was not sent or was refused can be repeated.
 * What may have been executed is `unknown` for a write, which is then asked about before it is repeated. What is wrong with
 * one record parks that record, and a list is no record, so for a list it stops the run.
 */
const rows = {
  //                        code                     list            read            create          keyed-create    change
  'connect-refused':       ['connect-refused',       'retry',        'retry',        'retry',        'retry',        'retry'],
  'host-not-found':        ['host-not-found',        'retry',        'retry',        'retry',        'retry',        'retry'],
  'certificate-invalid':   ['certificate-invalid',   'fail',         'fail',         'fail',         'fail',         'fail'],
  'address-refused':       ['address-refused',       'fail',         'fail',         'fail',         'fail',         'fail'],
  'timeout-unsent':        ['timeout',               'retry',        'retry',        'retry',        'retry',        'retry'],
  'lost-unsent':           ['connection-lost',       'retry',        'retry',        'retry',        'retry',        'retry'],
  'aborted-unsent':        ['aborted',               'retry',        'retry',        'retry',        'retry',        'retry'],
  'invalid-request':       ['unexpected-shape',      'fail',         'park',         'park',         'park',         'park'],
  'missing-secret':        ['missing-secret',        'fail',         'fail',         'fail',         'fail',         'fail'],
  timeout:                 ['timeout',               'retry',        'retry',        'unknown',      'unknown',      'unknown'],
  lost:                    ['connection-lost',       'retry',        'retry',        'unknown',      'unknown',      'unknown'],
  aborted:                 ['aborted',               'retry',        'retry',        'unknown',      'unknown',      'unknown'],
  'not-json':              ['not-json',              'retry',        'retry',        'unknown',      'unknown',      'unknown'],
  'unexpected-shape':      ['unexpected-shape',      'retry',        'retry',        'unknown',      'unknown',      'unknown'],
  'too-large':             ['too-large',             'fail',         'park',         'unknown',      'unknown',      'unknown'],
  // 3xx, and 303 apart from them: it is the usual answer to a POST that was executed.
  redirect:                ['redirect',              'fail',         'fail',         'fail',         'fail',         'fail'],
  'see-other':             ['redirect',              'fail',         'fail',         'unknown',      'unknown',      'unknown'],
  // 401
  unauthorized:            ['authentication-failed', 'refresh-token', 'refresh-token', 'refresh-token', 'refresh-token', 'refresh-token'],
  // 403 with `insufficient_scope` (RFC 6750 §3.1): refused unread, until a person allows more.
  'insufficient-scope':    ['status',                'reconnect-needed', 'reconnect-needed', 'reconnect-needed', 'reconnect-needed', 'reconnect-needed'],
  // Every other 403
  forbidden:               ['status',                'fail',         'fail',         'fail',         'fail',         'fail'],
  // 404, 410: a create names no record, so what is missing is something that its fields or its path refer to.
  missing:                 ['status',                'fail',         'not-found',    'park',         'park',         'not-found'],
  // 409
  conflict:                ['status',                'fail',         'park',         'exists',       'exists',       'version-conflict'],
  // 412, 428
  precondition:            ['status',                'fail',         'park',         'version-conflict', 'version-conflict', 'version-conflict'],
  // 400, 413, 422 and every 4xx that is not named
  refused:                 ['status',                'fail',         'park',         'park',         'park',         'park'],
  // 429
  'rate-limited':          ['rate-limited',          'rate-limited', 'rate-limited', 'rate-limited', 'rate-limited', 'rate-limited'],
  // 408, 425, 500, 502, 504 and every 5xx that is not named
  uncertain:               ['status',                'retry',        'retry',        'unknown',      'retry',        'retry'],
  // 503
  unavailable:             ['status',                'retry',        'retry',        'retry',        'retry',        'retry'],
  // 501, 505
  unsupported:             ['status',                'fail',         'fail',         'fail',         'fail',         'fail'],
} as const satisfies Readonly<Record<string, Row>>;

const columns: Readonly<Record<Operation, 1 | 2 | 3 | 4 | 5>> = { list: 1, read: 2, create: 3, 'keyed-create': 4, change: 5 };

/** judgeSituation reads the outcome table. */
export function judgeSituation(situation: Situation, operation: Operation): Judgement {
  const row: Row = rows[situation];
  return { outcome: row[columns[operation]], code: row[0] };
}
