import type { Json } from '../../contracts/json.js';
import type { PageToken, SourceRecord } from '../../contracts/connector.js';
import type { SystemErrorCode } from '../../contracts/system-error.js';
import type { ResponseHeaders } from '../../http/header-text.js';
import type { Query } from '../../http/request-url.js';

/** PageFacts is what a page tells about the one after it. */
export interface PageFacts {
  readonly body: Json | undefined;
  readonly headers: ResponseHeaders;
  /** URL of the page, without its query. */
  readonly url: string;
  /** How many elements the page had, those that are no records included. */
  readonly count: number;
  /** Last record of the page; null where it had none. */
  readonly last: SourceRecord | null;
}

/** PageRequest is what asks for one page. */
export interface PageRequest {
  /** Parameters besides those of the list. */
  readonly query: Query;
  /** Instead of the path and the parameters of the list: path and query from the root of the host. */
  readonly fromRoot?: string;
}

/** Paginator is one paging style: pure functions of the page that was read and the token it was read with. */
export interface Paginator {
  /** ask gives what asks for the page of a token, null for the first page; throws PagingProblem for a token of another style. */
  ask(token: PageToken | null): PageRequest;
  /** next gives the token of the page after this one, null after the last one; throws PagingProblem. */
  next(page: PageFacts, token: PageToken | null): PageToken | null;
  /** narrow gives a token of the same place that asks for fewer records; undefined where it asked for one, or fewer cannot be had. */
  narrow(token: PageToken | null): PageToken | undefined;
  /** skip gives the token after the one record that a token asks for; undefined where only the record itself tells what comes after it. */
  skip(token: PageToken | null): PageToken | undefined;
  /** Whether tokens are made by the system, which may drop them; otherwise they are made here and do not expire. */
  readonly tokensExpire: boolean;
  /** Whether the last page may be the one before once more, as when the place to go on from is included in what follows. */
  readonly lastMayRepeat: boolean;
}

/** PagingProblem is thrown where there is no telling which page comes next; its message continues a sentence that begins with the request. */
export class PagingProblem extends Error {
  override readonly name = 'PagingProblem';
  constructor(message: string, readonly code: SystemErrorCode) {
    super(message);
  }
}

/** tokenNumber reads a number of a token; throws PagingProblem where the token belongs to another paging style. */
export function tokenNumber(token: PageToken, name: string): number {
  const value = token[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw foreignToken();
  return value;
}

/** tokenText reads a text of a token; throws PagingProblem where the token belongs to another paging style. */
export function tokenText(token: PageToken, name: string): string {
  const value = token[name];
  if (typeof value !== 'string' || value === '') throw foreignToken();
  return value;
}

function foreignToken(): PagingProblem {
  return new PagingProblem('cannot go on from the stored place: it was made by another paging style; the list must be read from its start', 'page-token-expired');
}

/** maxTokenLength is how long a cursor or link may be: it is stored as a checkpoint. */
export const maxTokenLength = 8_192;
