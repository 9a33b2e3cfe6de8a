import type { Purpose } from '../contracts/budget.js';
import type { Json } from '../contracts/json.js';
import type { HttpMethod } from '../contracts/system-definition.js';
import type { SystemError, SystemErrorCode } from '../contracts/system-error.js';
import type { ResponseHeaders } from './header-text.js';
import type { AnswerFacts } from './outcome-rules.js';
import type { BadOutcome, Operation } from './outcome-table.js';
import type { Query } from './request-url.js';

/** HttpRequest is one request to a system; its texts are final, with every reference resolved. */
export interface HttpRequest {
  readonly method: HttpMethod;
  /** Path below the base URL; what comes from records must be percent-encoded. */
  readonly path: string;
  /** Instead of `path`: path and query from the root of the host, as links of the system itself give them. */
  readonly fromRoot?: string;
  readonly query?: Query;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Without it, GET is a `list`, POST a `create` and anything else a `change`. */
  readonly operation?: Operation;
  /** `json`: a success without JSON is a failure. `optional`: it may be empty or plain text, but no HTML page. */
  readonly answer?: 'json' | 'optional';
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
  /** Called each time before the request is sent, with the permit held and the credentials at hand; false keeps it from being sent. */
  readonly beforeSend?: () => Promise<boolean>;
}

/** HttpAnswer is the answer of a system. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** URL of the request, without its query. */
  readonly url: string;
  /** Body as JSON; undefined where it is none. */
  readonly json: Json | undefined;
  /** Body as text, where it is no JSON. */
  readonly text: string | undefined;
}

/** HttpVerdict is what came of a request: an answer to work with, or an error with whatever answer there was. */
export type HttpVerdict =
  | { readonly outcome: 'ok'; readonly answer: HttpAnswer }
  | { readonly outcome: Exclude<BadOutcome, 'refresh-token'>; readonly error: SystemError; readonly answer: HttpAnswer | null };

/** RequestFailure is what a caller of the client found wrong; `what` continues a sentence that begins with `request`. */
export interface RequestFailure {
  readonly outcome: BadOutcome;
  readonly code: SystemErrorCode;
  readonly what: string;
  readonly request: string;
  readonly answer?: HttpAnswer;
}

/** HttpClient sends requests to one system. */
export interface HttpClient {
  readonly system: string;
  /** send makes a request and judges what came of it; it throws nothing that a system or a network can cause. */
  send(request: HttpRequest): Promise<HttpVerdict>;
  /** request makes a request and gives its answer; throws SystemError for every outcome but `ok`. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** judge reads a part of an answer, such as one result of a batch, as `send` reads a whole one; undefined: it is `ok`. */
  judge(facts: AnswerFacts, operation: Operation, request: string): SystemError | undefined;
  /** failed makes an error about an answer that cannot be used, or a request that cannot be made. */
  failed(failure: RequestFailure): SystemError;
  /** resolve gives a text of the definition with its references resolved; throws SystemError `missing-secret`. */
  resolve(text: string): string;
}
