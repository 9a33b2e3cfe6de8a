import { fork } from 'node:child_process';

/** WebhookStorm is webhooks of the sandbox's CRM that are to be sent to a server, spread evenly over some seconds. */
export interface WebhookStorm {
  /** Address of the server, without a path. */
  readonly url: string;
  readonly secret: string;
  readonly bodies: readonly string[];
  readonly seconds: number;
  /** Webhooks that are sent in as many seconds before it, so that neither the server nor the sender is one that has just started. */
  readonly before?: { readonly bodies: readonly string[]; readonly seconds: number };
}

/** WebhookAnswer is how a webhook was answered, and after how many milliseconds its sender had heard it. */
export interface WebhookAnswer {
  readonly status: number;
  readonly ms: number;
  /** The answer says when to send it again. */
  readonly retryAfter: boolean;
}

/** sendWebhooks sends webhooks from a process of its own; gives the answers to the storm in the order of its bodies, and how long it took, milliseconds. It throws where that process fails. */
export async function sendWebhooks(storm: WebhookStorm): Promise<{ readonly answers: readonly WebhookAnswer[]; readonly tookMs: number }> {
  const loader = new URL('typescript-loader.mjs', import.meta.url).href;
  const sender = fork(new URL('webhook-sender.ts', import.meta.url), { execArgv: ['--import', loader] });
  return new Promise((resolve, reject) => {
    sender.once('message', (heard: { readonly answers: readonly WebhookAnswer[]; readonly tookMs: number }) => { resolve(heard); });
    sender.once('error', reject);
    sender.once('exit', (code) => { reject(new Error(`The sender of webhooks ended with exit code ${String(code)} before it had heard all answers.`)); });
    sender.send(storm);
  });
}
