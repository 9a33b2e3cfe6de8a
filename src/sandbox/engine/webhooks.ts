import { createHmac, randomUUID } from 'node:crypto';
import { Agent } from 'undici';
import { Random } from './random.js';

const parallelDeliveries = 8;
const maxQueued = 100_000;
const deliveryTimeoutMs = 10_000;
const retryAfterMs: readonly number[] = [1000, 5000, 30_000];

/** WebhookEvent is what subscribers are told; it names the record and says nothing of its fields. */
export interface WebhookEvent {
  readonly type: string;
  readonly object: string;
  readonly object_id: string;
  readonly at: string;
}

/** WebhookSubscription is an address that wants events, and the secret that they are signed with. */
export interface WebhookSubscription {
  readonly url: string;
  readonly secret: string;
}

/** WebhookHabits are the ways in which deliveries are made unreliable; shares are 0 to 1. */
export interface WebhookHabits {
  /** Share of the events that nobody is told of. */
  readonly drop: number;
  /** Share of the deliveries that are sent twice. */
  readonly duplicate: number;
  /** Every delivery waits this long. */
  readonly delayMs: number;
  /** Every delivery waits up to this much longer, by chance, so that the order is lost. */
  readonly jitterMs: number;
  readonly seed: number;
}

/** reliableWebhooks deliver every event once, at once. */
export const reliableWebhooks: WebhookHabits = { drop: 0, duplicate: 0, delayMs: 0, jitterMs: 0, seed: 1 };

interface Delivery {
  readonly subscription: WebhookSubscription;
  readonly body: string;
  attempt: number;
}

/**
 * Webhooks delivers events by POST. `X-Signature` is the HMAC-SHA256, in hex, of `<X-Timestamp>.<raw body>`, where
 * `X-Timestamp` is Unix seconds. A delivery that is not answered with 2xx is tried again after 1, 5 and 30 s.
 */
export class Webhooks {
  #subscriptions: WebhookSubscription[] = [];
  #habits = reliableWebhooks;
  #random = new Random(reliableWebhooks.seed);
  #queue: Delivery[] = [];
  /** Index of the next delivery; taking from the front of a long array is slow. */
  #head = 0;
  #running = 0;
  #stopped = false;
  #counts = { announced: 0, sent: 0, retried: 0, failed: 0, dropped: 0 };
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #agent = new Agent({ connections: parallelDeliveries, headersTimeout: deliveryTimeoutMs, bodyTimeout: deliveryTimeoutMs });

  get subscriptions(): readonly WebhookSubscription[] {
    return this.#subscriptions;
  }

  get counts(): Readonly<Record<'announced' | 'sent' | 'retried' | 'failed' | 'dropped' | 'waiting', number>> {
    return { ...this.#counts, waiting: this.#queue.length - this.#head + this.#running + this.#timers.size };
  }

  /** subscribe adds an address; one that is there already gets the new secret. */
  subscribe(subscription: WebhookSubscription): void {
    this.#subscriptions = [...this.#subscriptions.filter(({ url }) => url !== subscription.url), subscription];
  }

  unsubscribe(url: string): void {
    this.#subscriptions = this.#subscriptions.filter((subscription) => subscription.url !== url);
  }

  setHabits(habits: WebhookHabits): void {
    this.#habits = habits;
    this.#random = new Random(habits.seed);
  }

  announce(event: WebhookEvent): void {
    if (this.#subscriptions.length === 0) return;
    this.#counts.announced += 1;
    if (this.#queue.length - this.#head >= maxQueued || this.#random.chance(this.#habits.drop)) {
      this.#counts.dropped += 1;
      return;
    }
    const body = JSON.stringify({ id: `evt_${randomUUID()}`, ...event });
    for (const subscription of this.#subscriptions) {
      const copies = this.#random.chance(this.#habits.duplicate) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const { delayMs, jitterMs } = this.#habits;
        this.#enqueueAfter({ subscription, body, attempt: 0 }, delayMs + (jitterMs > 0 ? this.#random.below(jitterMs) : 0));
      }
    }
  }

  reset(): void {
    this.#subscriptions = [];
    this.setHabits(reliableWebhooks);
    this.#forgetWaiting();
    this.#counts = { announced: 0, sent: 0, retried: 0, failed: 0, dropped: 0 };
  }

  /** stop forgets what is waiting and closes the connections. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetWaiting();
    await this.#agent.destroy();
  }

  #forgetWaiting(): void {
    this.#queue = [];
    this.#head = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #enqueueAfter(delivery: Delivery, waitMs: number): void {
    if (waitMs === 0) {
      this.#enqueue(delivery);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#enqueue(delivery);
    }, waitMs);
    this.#timers.add(timer);
  }

  #enqueue(delivery: Delivery): void {
    this.#queue.push(delivery);
    if (this.#running < parallelDeliveries) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running += 1;
    for (let delivery = this.#take(); delivery !== undefined; delivery = this.#take()) {
      const delivered = await this.#post(delivery);
      if (delivered) this.#counts.sent += 1;
      else this.#retry(delivery);
    }
    this.#running -= 1;
  }

  #take(): Delivery | undefined {
    const delivery = this.#queue[this.#head];
    this.#head += 1;
    if (delivery === undefined || this.#head > 10_000) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return delivery;
  }

  #retry(delivery: Delivery): void {
    if (this.#stopped) return;
    const waitMs = retryAfterMs[delivery.attempt];
    const subscribed = this.#subscriptions.some(({ url }) => url === delivery.subscription.url);
    if (waitMs === undefined || !subscribed) {
      this.#counts.failed += 1;
      return;
    }
    this.#counts.retried += 1;
    this.#enqueueAfter({ ...delivery, attempt: delivery.attempt + 1 }, waitMs);
  }

  async #post({ subscription, body }: Delivery): Promise<boolean> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    try {
      const url = new URL(subscription.url);
      const { statusCode, body: answer } = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-timestamp': timestamp,
          'x-signature': signature(subscription.secret, timestamp, body),
        },
        body,
      });
      await answer.dump({ limit: 65_536 });
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false;
    }
  }
}

/** signature is the HMAC-SHA256, in hex, of a timestamp and a body with a dot between them. */
export function signature(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}
