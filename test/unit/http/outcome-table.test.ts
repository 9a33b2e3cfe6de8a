import { describe, expect, it, test } from 'vitest';
import { classifyFailure, classifyStatus } from '../../../src/http/classify.js';
import { ExchangeFailure } from '../../../src/http/exchange.js';
import { judgeSituation, type Operation, type Situation } from '../../../src/http/outcome-table.js';
import { NotJsonError } from '../../../src/http/parse-json.js';
import { UnreadableBodyError } from '../../../src/http/read-body.js';

const operations: readonly Operation[] = ['list', 'read', 'create', 'keyed-create', 'change'];

/** Every cell, written down a second time: outcomes for list, read, create, keyed-create and change, then the code. */
const expected: Readonly<Record<Situation, string>> = {
  'connect-refused': 'retry retry retry retry retry / connect-refused',
  'host-not-found': 'retry retry retry retry retry / host-not-found',
  'certificate-invalid': 'fail fail fail fail fail / certificate-invalid',
  'address-refused': 'fail fail fail fail fail / address-refused',
  'timeout-unsent': 'retry retry retry retry retry / timeout',
  'lost-unsent': 'retry retry retry retry retry / connection-lost',
  'aborted-unsent': 'retry retry retry retry retry / aborted',
  'invalid-request': 'fail park park park park / unexpected-shape',
  'missing-secret': 'fail fail fail fail fail / missing-secret',
  timeout: 'retry retry unknown unknown unknown / timeout',
  lost: 'retry retry unknown unknown unknown / connection-lost',
  aborted: 'retry retry unknown unknown unknown / aborted',
  'not-json': 'retry retry unknown unknown unknown / not-json',
  'unexpected-shape': 'retry retry unknown unknown unknown / unexpected-shape',
  'too-large': 'fail park unknown unknown unknown / too-large',
  redirect: 'fail fail fail fail fail / redirect',
  'see-other': 'fail fail unknown unknown unknown / redirect',
  unauthorized: 'refresh-token refresh-token refresh-token refresh-token refresh-token / authentication-failed',
  'insufficient-scope': 'reconnect-needed reconnect-needed reconnect-needed reconnect-needed reconnect-needed / status',
  forbidden: 'fail fail fail fail fail / status',
  missing: 'fail not-found park park not-found / status',
  conflict: 'fail park exists exists version-conflict / status',
  precondition: 'fail park version-conflict version-conflict version-conflict / status',
  refused: 'fail park park park park / status',
  'rate-limited': 'rate-limited rate-limited rate-limited rate-limited rate-limited / rate-limited',
  uncertain: 'retry retry unknown retry retry / status',
  unavailable: 'retry retry retry retry retry / status',
  unsupported: 'fail fail fail fail fail / status',
};

const isSituation = (name: string): name is Situation => name in expected;
const situations = Object.keys(expected).filter(isSituation);

describe('the outcome table', () => {
  const cells = situations.flatMap((situation) => {
    const [outcomes = '', code = ''] = expected[situation].split(' / ');
    return operations.map((operation, column) => [situation, operation, outcomes.split(' ')[column] ?? '', code] as const);
  });

  test.each(cells)('%s of a %s is %s', (situation, operation, outcome, code) => {
    expect(judgeSituation(situation, operation)).toEqual({ outcome, code });
  });

  it('never calls a write that may have been executed repeatable, unless a repeat is harmless', () => {
    for (const situation of ['timeout', 'lost', 'aborted', 'not-json', 'unexpected-shape', 'too-large', 'uncertain', 'see-other'] as const) {
      expect(judgeSituation(situation, 'create').outcome).toBe('unknown');
    }
  });
});

describe('statuses', () => {
  const named: Readonly<Record<number, Situation>> = {
    303: 'see-other', 401: 'unauthorized', 403: 'forbidden', 404: 'missing', 408: 'uncertain', 409: 'conflict', 410: 'missing', 412: 'precondition',
    425: 'uncertain', 428: 'precondition', 429: 'rate-limited', 501: 'unsupported', 503: 'unavailable', 505: 'unsupported',
  };
  const ranges: readonly [number, number, Situation | undefined][] = [
    [100, 199, 'unexpected-shape'], [200, 299, undefined], [300, 399, 'redirect'], [400, 499, 'refused'], [500, 599, 'uncertain'], [600, 999, 'unexpected-shape'],
  ];

  it('have a situation each', () => {
    for (const [from, to, situation] of ranges) {
      for (let status = from; status <= to; status++) expect([status, classifyStatus(status)]).toEqual([status, named[status] ?? situation]);
    }
  });

  test.each([0, -1, 200.5 + 300, Number.NaN, Infinity])('%d is none', (status) => {
    expect(classifyStatus(status)).toBe('unexpected-shape');
  });
});

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('secret body text'), { code }, more);

const transport = (cause: unknown, sent = false): ExchangeFailure => new ExchangeFailure('transport', sent, null, cause);

describe('exceptions', () => {
  test.each([
    ['ECONNREFUSED', 'connect-refused'], ['EHOSTUNREACH', 'connect-refused'], ['ENETUNREACH', 'connect-refused'],
    ['ENOTFOUND', 'host-not-found'], ['EAI_AGAIN', 'host-not-found'],
    ['CERT_HAS_EXPIRED', 'certificate-invalid'], ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-invalid'], ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-invalid'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-invalid'], ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-invalid'], ['HOSTNAME_MISMATCH', 'certificate-invalid'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout-unsent'], ['ETIMEDOUT', 'timeout-unsent'],
    ['UND_ERR_INVALID_ARG', 'invalid-request'],
    ['ECONNRESET', 'lost-unsent'], ['EPROTO', 'lost-unsent'], ['UND_ERR_SOCKET', 'lost-unsent'], ['UND_ERR_DESTROYED', 'lost-unsent'], ['', 'lost-unsent'],
    ['UND_ERR_HEADERS_OVERFLOW', 'too-large'],
  ] as const)('%s before anything was sent is %s', (code, situation) => {
    expect(classifyFailure(transport(coded(code)))).toBe(situation);
    expect(classifyFailure(transport(new Error('outer', { cause: coded(code) })))).toBe(situation);
    expect(classifyFailure(transport(new AggregateError([coded(code)])))).toBe(situation);
  });

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_CONSTANT', 'ETIMEDOUT', 'ECONNREFUSED', ''])(
    '%s after the request was sent is a lost connection', (code) => {
      expect(classifyFailure(transport(coded(code), true))).toBe('lost');
    });

  test.each([
    [new ExchangeFailure('timeout', false, null, undefined), 'timeout-unsent'],
    [new ExchangeFailure('timeout', true, null, undefined), 'timeout'],
    [new ExchangeFailure('timeout', true, { status: 200, headers: {} }, undefined), 'timeout'],
    [new ExchangeFailure('aborted', false, null, undefined), 'aborted-unsent'],
    [new ExchangeFailure('aborted', true, null, undefined), 'aborted'],
    [new ExchangeFailure('too-large', true, { status: 200, headers: {} }, undefined), 'too-large'],
    [new ExchangeFailure('too-large', true, { status: 422, headers: {} }, undefined), 'refused'],
    [new ExchangeFailure('transport', true, { status: 429, headers: {} }, undefined), 'rate-limited'],
    [new NotJsonError('x'), 'not-json'],
    [new UnreadableBodyError('x', 'too-large'), 'too-large'],
    [new UnreadableBodyError('x', 'undecodable'), 'not-json'],
    [new Error('anything else'), 'lost'],
  ] as const)('%o is %s', (error, situation) => {
    expect(classifyFailure(error)).toBe(situation);
  });

  it('does not follow causes in circles', () => {
    const circular = new Error('a');
    circular.cause = circular;
    expect(classifyFailure(transport(circular))).toBe('lost-unsent');
  });
});
