import type { HttpSystem } from '../../support/http-system.js';

/** HeldAnswer is one answer that a system has ready and does not send until it is released. */
export interface HeldAnswer {
  /** Settles once the request has come in and been executed. */
  readonly reached: Promise<void>;
  release(): void;
}

/** holdAnswer holds back the answer to the next request whose `METHOD /path` begins so. */
export function holdAnswer(system: HttpSystem, on: string): HeldAnswer {
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const released = new Promise<void>((resolve) => { release = resolve; });
  const reached = new Promise<void>((resolve) => { reach = resolve; });
  system.inject({
    on, times: 1, execute: true,
    play: (response, _request, truth) => {
      reach();
      void released.then(() => response.writeHead(truth?.status ?? 500, { 'content-type': 'application/json' }).end(JSON.stringify(truth?.body)));
    },
  });
  return { reached, release: () => { release(); } };
}
