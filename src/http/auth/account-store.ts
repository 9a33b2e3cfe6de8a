/** TokenPair is what a token endpoint gave for a code or a refresh token; times in milliseconds from when it was asked. */
export interface TokenPair {
  readonly access: string;
  /** Null where the endpoint gave none. */
  readonly refresh: string | null;
  /** Null where the access token is good until somebody revokes it. */
  readonly lifetimeMs: number | null;
  /** Null where nothing is known of it. */
  readonly refreshLifetimeMs: number | null;
  readonly scope: string | null;
}

/** StoredAccount is the access token of a connected account as it is stored now. */
export interface StoredAccount {
  readonly generation: number;
  readonly access: string;
  readonly canRefresh: boolean;
  /** How long it can still be used, and how long it could at first; milliseconds, by the clock of the store. Infinity where it is good until somebody revokes it. */
  readonly expiresInMs: number;
  readonly lifetimeMs: number;
}

/**
 * AccountStore keeps the tokens of connected accounts for all processes. Every method throws SystemError: with the
 * outcome `reconnect-needed` where a person has to authorize anew, `retry` for what may pass.
 */
export interface AccountStore {
  /** read gives the account of a system. */
  read(system: string): Promise<StoredAccount>;
  /**
   * refresh trades the refresh token and gives the account when its new tokens are stored; where those of `generation`
   * have been replaced already it gives what is stored. However many ask, in however many processes, one trades at a time.
   */
  refresh(system: string, generation: number, trade: (refreshToken: string) => Promise<TokenPair>): Promise<StoredAccount>;
  /** disconnect says that the tokens of `generation` are of no use any more; false where they have been replaced already. */
  disconnect(system: string, generation: number, reason: string): Promise<boolean>;
}

/** reconnectWaitMs is how long whoever needs an account that a person has to authorize waits before looking again; looking asks our own database only. */
export const reconnectWaitMs = 15_000;

/** GrantRefusedError is thrown where a token endpoint refuses for good (RFC 6749 §5.2). */
export class GrantRefusedError extends Error {
  override readonly name = 'GrantRefusedError';
  constructor(
    /** `client` where the client's own id or secret is refused, `grant` where the code or the refresh token is. */
    readonly what: 'client' | 'grant',
    /** One of the error codes of RFC 6749 §5.2. */
    readonly code: string,
  ) {
    super(what === 'client' ? `the client id or secret is refused (${code})` : `the authorization is no longer valid (${code})`);
  }
}
