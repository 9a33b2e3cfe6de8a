import { STATUS_CODES } from 'node:http';
import { SystemError, type SystemErrorCode } from '../contracts/system-error.js';
import type { BadOutcome, Situation } from './outcome-table.js';

/** FailureFacts is what is known of a request that did not succeed. */
export interface FailureFacts {
  readonly outcome: BadOutcome;
  readonly code: SystemErrorCode;
  /** What happened, as the rest of a sentence that begins with the request: `was answered with 403`. */
  readonly what: string;
  /** End of the sentence that is shown as it is: it names references of a definition, whose look would be taken for secrets. */
  readonly reference?: string;
  /** `GET /contacts`, without query and host. */
  readonly request: string;
  readonly status?: number | null;
  readonly retryAfterMs?: number | null;
  /** Text of the answer, whole: it is redacted before it is cut. */
  readonly text?: string | null;
  readonly cause?: unknown;
}

/** FailureMaker makes the errors of one system; every text in them is redacted. */
export type FailureMaker = (facts: FailureFacts) => SystemError;

/** maxExcerptLength is how much of an answer is shown to people, in characters. */
export const maxExcerptLength = 500;

/** createFailureMaker makes a FailureMaker; `redact` takes known secrets out of a text. */
export function createFailureMaker(system: string, redact: (text: string) => string): FailureMaker {
  return (facts) => {
    const request = redact(facts.request);
    return new SystemError(
      redact(`${system}: ${request} ${facts.what}`) + (facts.reference ?? ''),
      {
        system,
        outcome: facts.outcome,
        code: facts.code,
        status: facts.status ?? null,
        retryAfterMs: facts.retryAfterMs ?? null,
        request,
        excerpt: facts.text == null || facts.text === '' ? null : excerptOf(facts.text, redact),
      },
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
  };
}

/** How much of a text is looked at; the longest secret is shorter than the part at its end that is dropped again. */
const searchedLength = 40_000;
const droppedLength = 20_000;

/** excerptOf gives the beginning of a text on one line: redacted first, then cut, so that no half of a secret is left over. */
export function excerptOf(text: string, redact: (text: string) => string): string {
  const redacted = redact(text.slice(0, searchedLength));
  // The end of the part may hold the first half of a secret, which is not recognised.
  const whole = text.length > searchedLength ? redacted.slice(0, -droppedLength) : redacted;
  const line = whole.replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  const excerpt = line.slice(0, maxExcerptLength).replace(/[\uD800-\uDBFF]$/, '');
  return line.length > maxExcerptLength ? `${excerpt}…` : excerpt;
}

/** whatHappened says what a situation was, as the rest of a sentence that begins with the request. */
export function whatHappened(situation: Situation, status: number | null, detail: string): string {
  if (status !== null && !situationsOfAnswers.has(situation)) return `was answered with ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + (hints[situation] ?? '');
  return (sentences[situation] ?? 'failed') + (detail === '' ? '' : ` (${detail})`);
}

/** Situations that the status of the answer, a success, does not explain. */
const situationsOfAnswers: ReadonlySet<Situation> = new Set<Situation>(['not-json', 'unexpected-shape', 'too-large', 'timeout', 'lost', 'aborted']);

const sentences: Partial<Readonly<Record<Situation, string>>> = {
  'connect-refused': 'was not sent: the connection was refused, or the host cannot be reached',
  'host-not-found': 'was not sent: the host name of the base URL cannot be resolved',
  'certificate-invalid': "was not sent: the system's certificate is not trusted; renew it, or add its authority to NODE_EXTRA_CA_CERTS",
  'address-refused': 'was not sent: the address must not be connected to; where it is meant, list it in "network" of the system',
  'timeout-unsent': 'was not sent: no connection within the time limit',
  'lost-unsent': 'was not sent: the connection was lost before it was made',
  'aborted-unsent': 'was given up before it was sent',
  'invalid-request': 'was not sent: a header or the path holds characters that HTTP does not allow',
  timeout: 'got no complete answer within the time limit',
  lost: 'got no complete answer: the connection was lost',
  aborted: 'was given up before the answer was complete',
  'not-json': 'was answered with something that is not JSON',
  'unexpected-shape': 'was answered with JSON of an unexpected shape',
  'too-large': 'was answered with more than limits.maxResponse allows; ask for smaller pages in the "paginate" of a list, or raise limits.maxResponse of the system',
};

const hints: Partial<Readonly<Record<Situation, string>>> = {
  redirect: '; redirects are not followed: put the final address into baseUrl',
  'see-other': '; redirects are not followed',
  unauthorized: '; the credentials were refused',
  forbidden: '; the credentials do not allow it',
};
