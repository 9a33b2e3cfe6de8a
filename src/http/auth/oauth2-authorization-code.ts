import type { OAuth2AuthorizationCode } from '../../contracts/auth-definition.js';
import type { FailureMaker } from '../failure.js';
import type { AccountStore, StoredAccount } from './account-store.js';
import type { AuthorizationCodeClient } from './authorization-code-client.js';
import { untilAborted } from './token-cache.js';
import type { Credentials, TokenSource } from './token-source.js';

/** A token that was replaced in another process, or an account that was disconnected, is noticed within this time, milliseconds. */
const TRUSTED_MS = 30_000;

/** OAuth2AccountOptions is what the tokens of a connected account are taken with. */
export interface OAuth2AccountOptions {
  readonly system: string;
  readonly definition: OAuth2AuthorizationCode;
  readonly credentials: Pick<Credentials, 'keep'>;
  readonly accounts: AccountStore | undefined;
  readonly client: AuthorizationCodeClient;
  readonly fail: FailureMaker;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

interface Held extends StoredAccount {
  readonly readAt: number;
}

/**
 * createOAuth2Account sends the access token of a connected account (RFC 6750 §2.1). Tokens are replaced ahead of their
 * end, by the smaller of a minute and a tenth of their lifetime; if that fails for now, they are used to their end.
 */
export function createOAuth2Account({ system, credentials, accounts, client, fail, now = () => performance.now() }: OAuth2AccountOptions): TokenSource {
  let held: Held | undefined;
  let reading: Promise<Held> | undefined;
  const store = (): AccountStore => {
    if (accounts === undefined) throw fail({ outcome: 'fail', code: 'missing-secret', what: 'cannot be sent: this process has no access to connected accounts', request: 'requests' });
    return accounts;
  };
  const hold = (account: StoredAccount): Held => {
    // What is stored counts, also where it is older than what was known: a database may have been restored.
    held = { ...account, readAt: now() };
    return held;
  };
  const load = (): Promise<Held> => {
    reading ??= (async () => {
      try {
        const account = hold(await store().read(system));
        if (account.expiresInMs > marginMs(account) || !account.canRefresh) return account;
        return await ahead(account);
      } catch (error) {
        held = undefined;
        throw error;
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  };
  const ahead = async (account: Held): Promise<Held> => {
    try {
      return hold(await store().refresh(system, account.generation, (token) => client.tradeRefreshToken(token)));
    } catch (error) {
      if (account.expiresInMs > 0 && !isDisconnected(error)) return account;
      throw error;
    }
  };
  const usable = (): Held | undefined => {
    if (held === undefined) return undefined;
    const age = now() - held.readAt;
    return age < Math.min(TRUSTED_MS, held.expiresInMs - marginMs(held)) ? held : undefined;
  };

  return {
    async apply(request, signal) {
      signal.throwIfAborted();
      const account = usable() ?? (await untilAborted(load(), signal));
      if (account.expiresInMs <= 0 && !account.canRefresh) {
        await store().disconnect(system, account.generation, 'the access token has expired, and the system gave no refresh token');
        held = undefined;
        await store().read(system);
      }
      credentials.keep(account.access);
      request.headers['authorization'] = `Bearer ${account.access}`;
      return account.generation;
    },
    async refresh(generation, signal) {
      signal.throwIfAborted();
      if (held !== undefined && held.generation > generation) return;
      held = undefined;
      const account = await untilAborted(store().refresh(system, generation, (token) => client.tradeRefreshToken(token)), signal);
      hold(account);
    },
    async disconnect(generation, reason) {
      held = undefined;
      return store().disconnect(system, generation, reason);
    },
  };
}

function marginMs({ lifetimeMs }: StoredAccount): number {
  return Math.min(60_000, lifetimeMs / 10);
}

function isDisconnected(error: unknown): boolean {
  return error instanceof Error && 'detail' in error && (error.detail as { readonly outcome?: unknown }).outcome === 'reconnect-needed';
}
