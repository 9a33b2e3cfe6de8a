import type { TokenPair } from '../http/auth/account-store.js';
import type { KeyRing } from '../sealing/key-ring.js';
import type { NewTokens } from '../store/oauth-connections.js';

/** OpenTokens is what is sealed of a connected account. */
export interface OpenTokens {
  readonly access: string;
  readonly refresh: string | null;
}

/** tokenContext is what the tokens of a system are bound to: those of one row cannot be put into another. */
export function tokenContext(system: string): string {
  return `oauth_connections/${system}`;
}

/** sealTokens seals a pair of tokens for the row of a system; where the endpoint gave no refresh token, the one before goes on. Throws SealingKeyError. */
export function sealTokens(ring: KeyRing, system: string, { access, refresh, scope, lifetimeMs, refreshLifetimeMs }: TokenPair, before: string | null): NewTokens {
  const tokens: OpenTokens = { access, refresh: refresh ?? before };
  return { sealed: ring.seal(JSON.stringify(tokens), tokenContext(system)), scope, lifetimeMs, refreshLifetimeMs: refresh === null ? null : refreshLifetimeMs };
}

/** openTokens opens the tokens of a system; throws SealingKeyError. */
export function openTokens(ring: KeyRing, system: string, sealed: string): OpenTokens {
  return JSON.parse(ring.open(sealed, tokenContext(system))) as OpenTokens;
}
