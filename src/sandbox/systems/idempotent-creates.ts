import { createHash } from 'node:crypto';
import type { SystemState } from '../engine/system-state.js';

const maxRemembered = 100_000;

interface Remembered {
  readonly requestHash: string;
  readonly body: string;
}

/** IdempotentCreates remembers the answers to creates by their idempotency key, also over a restart. */
export class IdempotentCreates {
  readonly #remembered = new Map<string, Remembered>();

  constructor(state: SystemState) {
    state.onChange(({ op, row }) => {
      if (op.op !== 'create' || op.idempotencyKey === undefined || op.requestHash === undefined) return;
      this.#remember(op.idempotencyKey, { requestHash: op.requestHash, body: JSON.stringify(row.value) });
    });
  }

  /** recall returns the body of the first answer, `other-request` where the key came with another request, or undefined. */
  recall(key: string, requestHash: string): { readonly body: string } | 'other-request' | undefined {
    const found = this.#remembered.get(key);
    if (found === undefined) return undefined;
    return found.requestHash === requestHash ? { body: found.body } : 'other-request';
  }

  clear(): void {
    this.#remembered.clear();
  }

  #remember(key: string, answer: Remembered): void {
    if (this.#remembered.size >= maxRemembered) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
    this.#remembered.set(key, answer);
  }
}

/** hashRequest is a digest of what a request asks for. */
export function hashRequest(path: string, body: unknown): string {
  return createHash('sha256').update(`${path}\n${JSON.stringify(body)}`).digest('hex').slice(0, 32);
}
