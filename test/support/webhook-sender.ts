import { createHmac } from 'node:crypto';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { WebhookAnswer, WebhookStorm } from './webhook-storm.js';

// A process of its own, so that only its own work can keep it from hearing an answer the moment it comes.

// More than are ever under way: in the agent's own queue, late ones overtake early ones.
const agent = new Agent({ connections: 8192 });

type Receiver = Pick<WebhookStorm, 'url' | 'secret'>;

async function send({ url, secret }: Receiver, body: string): Promise<WebhookAnswer> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const begun = performance.now();
  const { statusCode, headers, body: answer } = await agent.request({ origin: url, path: '/hooks/crm', method: 'POST', body, headers: { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': signature } });
  await answer.dump();
  return { status: statusCode, ms: performance.now() - begun, retryAfter: headers['retry-after'] !== undefined };
}

async function sendEvenly(receiver: Receiver, { bodies, seconds }: Pick<WebhookStorm, 'bodies' | 'seconds'>): Promise<WebhookAnswer[]> {
  const sending: Promise<WebhookAnswer>[] = [];
  const begun = performance.now();
  for (const [at, body] of bodies.entries()) {
    const dueMs = (at * seconds * 1000) / bodies.length - (performance.now() - begun);
    if (dueMs > 1) await sleep(dueMs);
    // A sender that has fallen behind must hear the answers all the same: what it does not get round to hearing would count as the server's time.
    else await turn();
    sending.push(send(receiver, body));
  }
  return Promise.all(sending);
}

process.once('message', (storm: WebhookStorm) => {
  void (async () => {
    if (storm.before !== undefined) await sendEvenly(storm, storm.before);
    const begun = performance.now();
    const answers = await sendEvenly(storm, storm);
    process.send?.({ answers, tookMs: performance.now() - begun }, () => { process.disconnect(); });
  })();
});
