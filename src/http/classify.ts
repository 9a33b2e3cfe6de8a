import { ExchangeFailure } from './exchange.js';
import { headerText, type ResponseHeaders } from './header-text.js';
import { NotJsonError } from './parse-json.js';
import { UnreadableBodyError } from './read-body.js';
import type { Situation } from './outcome-table.js';

const byStatus: Readonly<Record<number, Situation>> = {
  303: 'see-other',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'missing',
  408: 'uncertain',
  409: 'conflict',
  410: 'missing',
  412: 'precondition',
  425: 'uncertain',
  428: 'precondition',
  429: 'rate-limited',
  501: 'unsupported',
  503: 'unavailable',
  505: 'unsupported',
};

/** classifyStatus gives the situation of an HTTP status (RFC 9110 §15), undefined for a success; one that is no status is an unexpected shape. */
export function classifyStatus(status: number): Situation | undefined {
  if (status >= 200 && status < 300) return undefined;
  return situationOf(status);
}

/** classifyAnswer is classifyStatus with what a challenge says of it (RFC 6750 §3.1): a 403 for want of scope is no ordinary one. */
export function classifyAnswer(status: number, headers: ResponseHeaders): Situation | undefined {
  if (status === 403 && /^bearer\b.*\berror="?insufficient_scope\b/i.test(headerText(headers, 'www-authenticate') ?? '')) return 'insufficient-scope';
  return classifyStatus(status);
}

function situationOf(status: number): Situation {
  if (!Number.isInteger(status) || status < 200 || status > 599) return 'unexpected-shape';
  const named = byStatus[status];
  if (named !== undefined) return named;
  if (status < 400) return 'redirect';
  return status < 500 ? 'refused' : 'uncertain';
}

/** classifyFailure gives the situation of an exception while sending a request, receiving its answer or reading its body. */
export function classifyFailure(error: unknown): Situation {
  if (error instanceof NotJsonError) return 'not-json';
  if (error instanceof UnreadableBodyError) return error.kind === 'too-large' ? 'too-large' : 'not-json';
  if (!(error instanceof ExchangeFailure)) return 'lost';
  // The status of a refusal is its answer, whether or not the text that explains it arrived whole.
  if (error.answer !== null && error.answer.status >= 300) return situationOf(error.answer.status);
  if (error.kind === 'too-large') return 'too-large';
  if (error.kind === 'timeout') return error.sent ? 'timeout' : 'timeout-unsent';
  if (error.kind === 'aborted') return error.sent ? 'aborted' : 'aborted-unsent';
  return classifyTransport(codesOf(error.cause), error.sent);
}

/** classifyConnection gives the situation of an error of a connection that speaks something else than HTTP; `sent` says whether what was asked may have arrived. */
export function classifyConnection(error: unknown, sent: boolean): Situation {
  return classifyTransport(codesOf(error), sent);
}

function classifyTransport(codes: readonly string[], sent: boolean): Situation {
  if (codes.some((code) => tooLargeCodes.has(code))) return 'too-large';
  if (sent) return 'lost';
  if (codes.includes('ERR_ADDRESS_REFUSED')) return 'address-refused';
  for (const code of codes) {
    if (invalidCodes.has(code)) return 'invalid-request';
    if (refusedCodes.has(code)) return 'connect-refused';
    if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'host-not-found';
    if (certificateCodes.has(code) || code.startsWith('ERR_TLS_CERT')) return 'certificate-invalid';
    if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'timeout-unsent';
  }
  return 'lost-unsent';
}

const tooLargeCodes = new Set(['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW']);
const invalidCodes = new Set(['UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR', 'ERR_INVALID_URL']);
const refusedCodes = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
/** What OpenSSL says of a certificate chain that is not to be trusted (node:tls, "X509 certificate error codes"). */
const certificateCodes = new Set([
  'CERT_CHAIN_TOO_LONG', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REJECTED', 'CERT_REVOKED', 'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED', 'CRL_HAS_EXPIRED', 'CRL_NOT_YET_VALID', 'CRL_SIGNATURE_FAILURE', 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERROR_IN_CERT_NOT_AFTER_FIELD', 'ERROR_IN_CERT_NOT_BEFORE_FIELD', 'HOSTNAME_MISMATCH', 'INVALID_CA', 'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_CRL', 'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The codes of an error, of its causes, and of the attempts it joins: a host with several addresses fails once for each. */
function codesOf(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const joined = error instanceof AggregateError ? error.errors.flatMap((each) => codesOf(each, depth + 1)) : [];
  return [...own, ...joined, ...codesOf(error.cause, depth + 1)];
}
