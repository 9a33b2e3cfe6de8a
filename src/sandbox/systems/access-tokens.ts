import { randomBytes } from 'node:crypto';

const lifetimeSeconds = 1800;
const maxTokens = 10_000;

/** AccessTokens issues and checks short-lived Bearer tokens. They live in memory: a restart makes clients ask anew. */
export class AccessTokens {
  readonly #expiries = new Map<string, number>();

  /** issue makes a token, as the body of an OAuth 2 token answer (RFC 6749 §5.1). */
  issue(): { readonly access_token: string; readonly token_type: string; readonly expires_in: number } {
    if (this.#expiries.size >= maxTokens) this.#dropOldest();
    const token = randomBytes(24).toString('base64url');
    this.#expiries.set(token, Date.now() + lifetimeSeconds * 1000);
    return { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds };
  }

  valid(token: string): boolean {
    const expiry = this.#expiries.get(token);
    return expiry !== undefined && expiry > Date.now();
  }

  /** expireAll makes every token invalid at once and returns how many there were. */
  expireAll(): number {
    const count = this.#expiries.size;
    this.#expiries.clear();
    return count;
  }

  #dropOldest(): void {
    for (const token of this.#expiries.keys()) {
      this.#expiries.delete(token);
      return;
    }
  }
}
