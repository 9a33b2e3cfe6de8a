import { createServer } from 'node:http';
import { AuthorizationRefusedError, readAuthorizationAnswer, type AuthorizationAnswer } from '../../accounts/authorization-answer.js';
import { callbackPath } from '../../accounts/authorizer.js';

/** LoopbackListener receives the answer to an authorization on this machine (RFC 8252 §7.3). */
export interface LoopbackListener {
  readonly redirectUri: string;
  /** answered has each answer handled until one is good; rejects when the signal is aborted. */
  answered(handle: (answer: AuthorizationAnswer) => Promise<void>, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** listenOnLoopback listens on a free port of 127.0.0.1, which other machines do not reach. */
export async function listenOnLoopback(): Promise<LoopbackListener> {
  let handle: ((answer: AuthorizationAnswer) => Promise<void>) | undefined;
  let settle: ((failure: unknown) => void) | undefined;
  const settled = new Promise<void>((resolve, reject) => { settle = (failure) => { if (failure === undefined) resolve(); else reject(failure); }; });
  settled.catch(() => undefined);
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const say = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' }).end(`${text}\n`);
    };
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== callbackPath || handle === undefined) return say(404, 'There is nothing at this address.');
    const answer = async (): Promise<void> => {
      try {
        await handle?.(readAuthorizationAnswer(url.searchParams));
        say(200, 'The account is connected. You can close this page.');
        settle?.(undefined);
      } catch (error) {
        say(400, error instanceof AuthorizationRefusedError ? error.message : 'The account could not be connected; the command line says why.');
        if (!(error instanceof AuthorizationRefusedError && / state/.test(error.message))) settle?.(error);
      }
    };
    void answer();
  });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    redirectUri: `http://127.0.0.1:${port}${callbackPath}`,
    async answered(handler, signal) {
      handle = handler;
      const aborted = new Promise<never>((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }, { once: true }); });
      await Promise.race([settled, aborted]);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
