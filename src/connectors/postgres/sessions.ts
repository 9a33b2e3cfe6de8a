import pg from 'pg';
import type { Purpose } from '../../contracts/budget.js';
import type { PostgresSystemDefinition } from '../../contracts/postgres-definition.js';
import { SystemError } from '../../contracts/system-error.js';
import { rulesOf } from '../../egress/network-rules.js';
import { createCredentials } from '../../http/credentials.js';
import { startDeadline, type Deadline } from '../../http/deadline.js';
import { createFailureMaker, whatHappened, type FailureFacts } from '../../http/failure.js';
import { judgeSituation, type Operation, type Situation } from '../../http/outcome-table.js';
import { AddressRefused } from '../../http/guarded-connect.js';
import { GuardedSocket } from '../../http/guarded-socket.js';
import type { SystemDependencies } from '../open-system.js';
import { ConnectionUrlError, parseConnectionUrl, type ConnectionTarget } from './connection-url.js';
import { situationOfError, sqlState } from './sql-state.js';

/** Row is a row as text, by the names of its columns. */
export type Row = Readonly<Record<string, string | null>>;

/** Rows is what a statement gave. */
export interface Rows {
  readonly rows: readonly Row[];
  /** The word that PostgreSQL ends a statement with, `COMMIT` or `UPDATE`. */
  readonly command: string;
  readonly count: number;
}

/** Session is one connection for as long as some work needs it. */
export interface Session {
  query(text: string, values?: readonly (string | null)[]): Promise<Rows>;
}

/** Sessions hands out connections within the budget of a system. */
export interface Sessions {
  /**
   * use gives work a connection; it is closed under the work when the time limit of the system or the signal ends it.
   * Rejects with SystemError where there is no connection to be had; what the work throws is thrown on.
   */
  use<Result>(purpose: Purpose, signal: AbortSignal, asked: Asked, work: (session: Session) => Promise<Result>): Promise<Result>;
  /** failure is the SystemError for what was thrown; `committing` says that a COMMIT was sent. */
  failure(error: unknown, asked: Asked, committing?: boolean): SystemError;
  /** failed makes an error of what is wrong with a definition or a record. */
  failed(facts: FailureFacts): SystemError;
  close(): Promise<void>;
}

/** Asked is what is being done, for messages: `update sales.customers`. */
export interface Asked {
  readonly request: string;
  readonly operation: Operation;
}

/** EndedSession is why a connection was closed under the work that used it. */
class EndedSession extends Error {
  override readonly name = 'EndedSession';
  constructor(readonly why: 'timeout' | 'aborted') {
    super(`the connection was closed: ${why}`);
  }
}

const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: string | Buffer) => String(value) };

/** createSessions makes the connections of a system; none is made before it is needed. */
export function createSessions(definition: PostgresSystemDefinition, { resolve, secrets, budget, log, networkAllow, lookup }: SystemDependencies): Sessions {
  const rules = rulesOf(definition.network, networkAllow);
  const { limits, system } = definition;
  const fail = createFailureMaker(system, (text) => secrets.redact(text));
  const credentials = createCredentials(resolve, secrets, fail);
  let pool: pg.Pool | undefined;

  const target = (): ConnectionTarget => {
    try {
      const found = parseConnectionUrl(credentials.secret(definition.connection));
      if (found.password !== '') credentials.keep(found.password);
      return found;
    } catch (error) {
      if (!(error instanceof ConnectionUrlError)) throw error;
      throw fail({ outcome: 'fail', code: 'missing-secret', what: `was not sent: ${error.message}`, request: 'connect' });
    }
  };
  const openPool = (): pg.Pool => {
    const { host, port, user, database, tls } = target();
    const opened = new pg.Pool({
      host, port, user, database, types: asText, max: limits.concurrency, connectionTimeoutMillis: Math.min(limits.timeoutMs, 10_000), idleTimeoutMillis: 30_000, keepAlive: true, application_name: 'crosswalk',
      // The client keeps the name of the host for the certificate.
      stream: () => new GuardedSocket(rules, lookup),
      // Asked anew for each connection, so that a password that was changed is picked up.
      password: () => target().password,
      ssl: tls ? { rejectUnauthorized: true, ...(definition.ca === undefined ? {} : { ca: credentials.plain(definition.ca) }) } : false,
    });
    opened.on('error', () => undefined);
    opened.on('connect', (client) => { client.on('error', () => undefined); });
    return opened;
  };
  const prepared = new WeakSet<pg.PoolClient>();
  // Whatever the role or the database is set to, times come in UTC and numbers with all their digits, and nothing waits for ever.
  const prepare = async (client: pg.PoolClient): Promise<void> => {
    if (prepared.has(client)) return;
    await client.query(`set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'; set extra_float_digits = 1; set standard_conforming_strings = on; set statement_timeout = ${limits.timeoutMs}; set idle_in_transaction_session_timeout = ${Math.max(limits.settleMs, 2_000)}`);
    prepared.add(client);
  };
  const failure = (error: unknown, { request, operation }: Asked, committing = false): SystemError => {
    if (error instanceof SystemError) return error;
    const situation = error instanceof EndedSession ? ended(error.why, committing) : situationOfError(error, committing);
    const { outcome, code } = judgeSituation(situation === 'conflict' && operation !== 'create' && operation !== 'keyed-create' ? 'refused' : situation, operation);
    const state = sqlState(error);
    const text = error instanceof pg.DatabaseError ? [error.message, error.detail].filter((part) => part !== undefined).join('. ') : null;
    const isLogin = state?.startsWith('28') === true;
    const what = state === undefined ? whatHappened(situation, null, codeOf(error)) : `was refused with SQLSTATE ${state}${isLogin ? '; the user or the password was refused' : ''}`;
    return fail({ outcome, code: isLogin ? 'authentication-failed' : code, what, request, text });
  };
  const connect = async (asked: Asked): Promise<pg.PoolClient> => {
    pool ??= openPool();
    try {
      const client = await pool.connect();
      await prepare(client).catch((error: unknown) => {
        client.release(true);
        throw error;
      });
      return client;
    } catch (error) {
      throw failure(error, asked);
    }
  };

  return {
    async use(purpose, signal, asked, work) {
      const permit = await budget.acquire(purpose, signal).catch((error: unknown) => {
        throw signal.aborted ? failure(new EndedSession('aborted'), asked) : error;
      });
      const startedAt = performance.now();
      let client: pg.PoolClient | undefined;
      let why: EndedSession | undefined;
      try {
        client = await connect(asked);
        const held = client;
        let deadline: Deadline | undefined;
        const stopped = new Promise<never>((_resolve, reject) => {
          deadline = startDeadline(limits.timeoutMs, signal, (end) => {
            why = new EndedSession(end);
            reject(why);
          });
        });
        stopped.catch(() => undefined);
        try {
          return await Promise.race([stopped, work({
            async query(text, values) {
              if (why !== undefined) throw why;
              const result = await held.query<Row>({ text, ...(values === undefined ? {} : { values: [...values] }) }).catch((error: unknown) => { throw why ?? error; });
              return { rows: result.rows, command: result.command, count: result.rowCount ?? 0 };
            },
          })]);
        } finally {
          deadline?.stop();
        }
      } catch (error) {
        // A connection on which something went wrong is not used again: a transaction may be open on it.
        client?.release(true);
        client = undefined;
        throw error;
      } finally {
        client?.release();
        permit.release();
        log.debug({ system, request: asked.request, ms: Math.round(performance.now() - startedAt) }, 'request');
      }
    },
    failure,
    failed: fail,
    async close() {
      await pool?.end();
    },
  };
}

function ended(why: 'timeout' | 'aborted', committing: boolean): Situation {
  return committing ? why : `${why}-unsent`;
}

function codeOf(error: unknown): string {
  if (error instanceof AddressRefused) return error.why;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
