import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { SystemError, type SystemErrorDetail } from '../contracts/system-error.js';
import { GrantRefusedError, reconnectWaitMs, type AccountStore, type StoredAccount, type TokenPair } from '../http/auth/account-store.js';
import type { KeySource } from '../sealing/key-ring.js';
import type { Database } from '../store/database.js';
import { findConnection, lockConnection, noteFailedRefresh, noteUnusable, storeRotated, type NewTokens, type StoredConnection } from '../store/oauth-connections.js';
import { openTokens, sealTokens } from './sealed-tokens.js';

/** AccountLog is where it is noted what becomes of connected accounts. */
export interface AccountLog {
  info(parts: object, message: string): void;
  warn(parts: object, message: string): void;
}

/** After a failed refresh the token endpoint is left alone: this long, twice as long after each further one, at most the other; milliseconds. */
const LEAVE_ALONE_MS = { first: 2_000, most: 300_000 } as const;

/** Where the client is refused, a secret that has been mended is noticed within this time, milliseconds. */
const CLIENT_REFUSED_MS = 60_000;

/** A process that is frozen while it holds the row lets go of it after this time, milliseconds. */
const HOLD_AT_MOST_MS = 180_000;

const notConnected = 'no account is connected yet';

/** How often it is tried to store tokens that cannot be had again. */
const STORE_TRIES = 20;

/**
 * createDatabaseAccountStore keeps the tokens of connected accounts in PostgreSQL, sealed. While a process trades a
 * refresh token it holds the lock of the account's row, and the new pair is committed before anybody gets to see it.
 */
export function createDatabaseAccountStore({ database, keys, log }: { readonly database: Database; readonly keys: KeySource; readonly log: AccountLog }): AccountStore {
  const trading = new Map<string, Promise<StoredAccount>>();

  const read = async (system: string): Promise<StoredAccount> => {
    const row = await findConnection(database, system);
    // Noted, so that people are told of it.
    if (row === undefined) await noteUnusable(database.pool, system, 0, 'reconnect-needed', notConnected, 0);
    return accountOf(keys, system, row);
  };

  /** The trade of one process, the lock of the row held. */
  const tradeLocked = async (client: pg.PoolClient, system: string, generation: number, trade: (refreshToken: string) => Promise<TokenPair>): Promise<Outcome> => {
    const row = await lockConnection(client, system);
    if (row === undefined || row.generation > generation || (row.state !== 'connected' && row.refreshInMs > 0) || row.state === 'reconnect-needed') return { kind: 'as-stored' };
    if (row.refreshInMs > 0) throw tokenEndpointDown(system, row.refreshInMs);
    const { refresh } = openedOf(keys, row);
    if (refresh === null) return { kind: 'unusable', state: 'reconnect-needed', reason: 'the access token is no longer taken, and the system gave no refresh token' };
    try {
      const ring = keys();
      return { kind: 'rotated', from: row.generation, tokens: sealTokens(ring, system, await trade(refresh), refresh) };
    } catch (error) {
      if (error instanceof GrantRefusedError) return { kind: 'unusable', state: error.what === 'client' ? 'client-refused' : 'reconnect-needed', reason: error.message };
      // The answer was refused here, and may have rotated the token.
      if (error instanceof SystemError && (error.detail.code === 'authentication-failed' || error.detail.code === 'too-large')) return { kind: 'unusable', state: 'reconnect-needed', reason: error.message };
      await noteFailedRefresh(client, system, Math.min(LEAVE_ALONE_MS.most, LEAVE_ALONE_MS.first * 2 ** Math.min(row.failures, 10)));
      return { kind: 'failed', error };
    }
  };

  const refreshNow = async (system: string, generation: number, trade: (refreshToken: string) => Promise<TokenPair>): Promise<StoredAccount> => {
    let outcome: Outcome | undefined;
    try {
      outcome = await holdingRow(database, async (client) => {
        outcome = await tradeLocked(client, system, generation, trade);
        if (outcome.kind === 'rotated') await storeRotated(client, system, outcome.from, outcome.tokens);
        if (outcome.kind === 'unusable') await noteUnusable(client, system, generation, outcome.state, outcome.reason, CLIENT_REFUSED_MS);
        return outcome;
      });
    } catch (error) {
      // The old refresh token is used up and the new one is here only: it is stored by whatever connection can be had.
      if (outcome?.kind !== 'rotated') throw error;
      await insist(() => storeRotated(database.pool, system, generation, (outcome as Rotated).tokens), log, system);
    }
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind === 'rotated') log.info({ system }, 'The access token of the account was replaced.');
    if (outcome.kind === 'unusable') log.warn({ system, state: outcome.state, reason: outcome.reason }, 'The account cannot be used until a person has mended it.');
    return read(system);
  };

  return {
    read,
    refresh(system, generation, trade) {
      const under = trading.get(system);
      if (under !== undefined) return under;
      const started = refreshNow(system, generation, trade).finally(() => trading.delete(system));
      trading.set(system, started);
      return started;
    },
    async disconnect(system, generation, reason) {
      const noted = await noteUnusable(database.pool, system, generation, 'reconnect-needed', reason, 0);
      if (noted) log.warn({ system, state: 'reconnect-needed', reason }, 'The account cannot be used until a person has mended it.');
      return noted;
    },
  };
}

interface Rotated {
  readonly kind: 'rotated';
  readonly from: number;
  readonly tokens: NewTokens;
}

type Outcome =
  | Rotated
  | { readonly kind: 'as-stored' }
  | { readonly kind: 'unusable'; readonly state: 'reconnect-needed' | 'client-refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Not inTransaction: what is done meanwhile at the token endpoint cannot be undone, so nothing may repeat it. */
async function holdingRow<Result>(database: Database, task: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`set local idle_in_transaction_session_timeout = ${HOLD_AT_MOST_MS}; set local lock_timeout = ${HOLD_AT_MOST_MS}`);
    const result = await task(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((lost: unknown) => { broken = lost instanceof Error ? lost : new Error(String(lost)); });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function insist(store: () => Promise<unknown>, log: AccountLog, system: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await store();
      return;
    } catch (error) {
      if (tries >= STORE_TRIES) throw error;
      log.warn({ system, reason: error instanceof Error ? error.message : String(error) }, 'New tokens cannot be stored yet; it is tried again.');
      await sleep(Math.min(5_000, 250 * 2 ** tries));
    }
  }
}

function openedOf(keys: KeySource, { system, sealed }: StoredConnection) {
  try {
    return openTokens(keys(), system, sealed ?? '');
  } catch (error) {
    // Only what is named is said: the message of a key that cannot be used holds no key.
    throw failed({ system, outcome: 'fail', code: 'missing-secret' }, `its stored tokens cannot be opened: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

function accountOf(keys: KeySource, system: string, row: StoredConnection | undefined): StoredAccount {
  if (row === undefined || row.sealed === null) throw needsPerson(system, row?.reason ?? notConnected);
  if (row.state === 'reconnect-needed') throw needsPerson(system, row.reason ?? 'unknown reason');
  if (row.state === 'client-refused' && row.refreshInMs > 0) throw clientRefused(system, row.reason ?? 'unknown reason');
  const { access, refresh } = openedOf(keys, row);
  // Once the time to leave it alone is over, a refused client is tried again, which takes a token to be out of date.
  const expiresInMs = row.state === 'client-refused' ? 0 : row.expiresInMs ?? Infinity;
  return { generation: row.generation, access, canRefresh: refresh !== null, expiresInMs, lifetimeMs: row.lifetimeMs ?? Infinity };
}

/** connectionAdvice is what a person can do about an account that cannot be used. */
export function connectionAdvice(system: string, state: 'reconnect-needed' | 'client-refused'): string {
  return state === 'client-refused' ? `Correct clientId and clientSecret of ${system}; work then goes on by itself.` : `Run "crosswalk authorize ${system}".`;
}

function clientRefused(system: string, reason: string): SystemError {
  return failed({ system, outcome: 'reconnect-needed', code: 'reconnect-needed', retryAfterMs: reconnectWaitMs }, `${reason}. ${connectionAdvice(system, 'client-refused')}`);
}

function needsPerson(system: string, reason: string): SystemError {
  return failed({ system, outcome: 'reconnect-needed', code: 'reconnect-needed', retryAfterMs: reconnectWaitMs }, `reconnect needed: ${reason}. ${connectionAdvice(system, 'reconnect-needed')}`);
}

function tokenEndpointDown(system: string, waitMs: number): SystemError {
  return failed({ system, outcome: 'retry', code: 'connection-lost', retryAfterMs: Math.ceil(waitMs) }, 'its token endpoint did not answer as it should, and is asked again shortly');
}

function failed(detail: Pick<SystemErrorDetail, 'system' | 'outcome' | 'code'> & Partial<SystemErrorDetail>, what: string): SystemError {
  return new SystemError(`${detail.system}: ${what}`, { status: null, retryAfterMs: null, request: 'requests', excerpt: null, ...detail });
}
