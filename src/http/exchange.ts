import type { Dispatcher } from 'undici';
import { startDeadline } from './deadline.js';
import { headerText, type ResponseHeaders } from './header-text.js';

/** RawRequest is one request as it goes on the wire. */
export interface RawRequest {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** RawAnswer is an answer as it came, still packed where it has a Content-Encoding. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
}

/** ExchangeLimits bounds one request. */
export interface ExchangeLimits {
  /** Total time from here to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Longest time from here to the first byte of the request; a process that was frozen meanwhile must not send it late. */
  readonly sendWithinMs?: number;
}

/** ExchangeFailure is thrown where a request got no complete answer. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  constructor(
    readonly kind: 'timeout' | 'aborted' | 'too-large' | 'transport',
    /** Whether a byte of the request may have left: without one, the system cannot have executed it. */
    readonly sent: boolean,
    /** Status and headers where they arrived before the failure. */
    readonly answer: { readonly status: number; readonly headers: ResponseHeaders } | null,
    cause: unknown,
  ) {
    super(`the request ended early: ${kind}`, { cause });
  }
}

/**
 * exchange sends one request and collects the whole answer, following no redirect. It uses undici's dispatch interface
 * rather than a stream a request: that costs less, and tells whether the request was put on the wire. Throws
 * ExchangeFailure.
 */
export function exchange(dispatcher: Dispatcher, request: RawRequest, limits: ExchangeLimits): Promise<RawAnswer> {
  if (limits.signal.aborted) return Promise.reject(new ExchangeFailure('aborted', false, null, limits.signal.reason));
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: { status: number; headers: ResponseHeaders } | null = null;
    let ended = false;
    let received = 0;
    const chunks: Buffer[] = [];
    const begunAtMs = Date.now();

    const fail = (kind: ExchangeFailure['kind'], cause: unknown): void => {
      if (ended) return;
      ended = true;
      deadline.stop();
      const failure = new ExchangeFailure(kind, controller !== undefined, head, cause);
      reject(failure);
      controller?.abort(failure);
    };
    const deadline = startDeadline(limits.timeoutMs, limits.signal, (why) =>
      fail(why, why === 'aborted' ? limits.signal.reason : undefined));

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (Date.now() - begunAtMs > (limits.sendWithinMs ?? Infinity)) fail('transport', new Error('it had waited too long to be sent'));
        // Given up while it waited for a connection: abort before the first byte is written.
        if (ended) started.abort(new Error('the request was given up before it was sent'));
        else controller = started;
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        head = { status, headers };
        if (Number(headerText(headers, 'content-length')) > limits.maxBytes) fail('too-large', undefined);
      },
      onResponseData(_controller, chunk) {
        if (ended) return;
        received += chunk.length;
        if (received > limits.maxBytes) fail('too-large', undefined);
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (ended || head === null) return;
        ended = true;
        deadline.stop();
        const [only, ...more] = chunks;
        resolve({ ...head, body: only !== undefined && more.length === 0 ? only : Buffer.concat(chunks, received) });
      },
      onResponseError(_controller, error) {
        fail('transport', error);
      },
    };
    try {
      dispatcher.dispatch({ ...request, headersTimeout: 0, bodyTimeout: 0 }, handler);
    } catch (error) {
      fail('transport', error);
    }
  });
}
