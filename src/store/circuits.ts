import type { CircuitShare, OpenCircuit } from '../contracts/circuit.js';
import { execute, type Database } from './database.js';

/** StoredCircuit is a system that is left alone by all workers. */
export interface StoredCircuit {
  readonly system: string;
  readonly openedAt: Date;
  readonly openUntil: Date;
  readonly reason: string;
}

/** For so long a system that nobody has asked since is still taken as failing. */
const STALE = '1 hour';

/** openCircuits are the systems that are left alone, those that have failed for longest first. */
export async function openCircuits(database: Database): Promise<StoredCircuit[]> {
  const { rows } = await database.pool.query<StoredCircuit>(
    `select system, opened_at as "openedAt", open_until as "openUntil", reason from circuits where open_until > clock_timestamp() - interval '${STALE}' order by opened_at`);
  return rows;
}

const longestPauseSeconds = 300;
const remaining = `(extract(epoch from open_until - clock_timestamp()) * 1000)::double precision as "remainingMs", reason`;

const statements = {
  look: { name: 'circuit-look', text: `select ${remaining} from circuits where system = $1` },
  open: {
    name: 'circuit-open',
    // One that is open already stays as it is; one whose time is over was tried again in vain.
    text: `
      insert into circuits as c (system, open_until, reason) values ($1, clock_timestamp() + make_interval(secs => $2), $3)
      on conflict (system) do update set reason = excluded.reason, probe_until = null,
        rounds = case when c.open_until <= clock_timestamp() then c.rounds + 1 else c.rounds end,
        open_until = case when c.open_until <= clock_timestamp() then clock_timestamp() + make_interval(secs => least($2 * power(2, least(c.rounds, 20)), ${longestPauseSeconds})) else c.open_until end
      returning ${remaining}`,
  },
  claim: {
    name: 'circuit-claim',
    text: `update circuits set probe_until = clock_timestamp() + make_interval(secs => $2)
      where system = $1 and open_until <= clock_timestamp() and (probe_until is null or probe_until <= clock_timestamp()) returning 1 as claimed`,
  },
  release: { name: 'circuit-release', text: 'update circuits set probe_until = null where system = $1' },
  close: { name: 'circuit-close', text: 'delete from circuits where system = $1' },
} as const;

/** sharedCircuit is what is known against a system, by the database's clock. */
export function sharedCircuit(database: Database, system: string): CircuitShare {
  return {
    look: async () => (await execute<OpenCircuit>(database, statements.look, [system]))[0],
    async open(pauseMs, reason) {
      const [row] = await execute<OpenCircuit>(database, statements.open, [system, pauseMs / 1_000, reason.slice(0, 500)]);
      return row ?? { remainingMs: pauseMs, reason };
    },
    claimProbe: async (forMs) => (await execute(database, statements.claim, [system, forMs / 1_000])).length > 0,
    releaseProbe: async () => void await execute(database, statements.release, [system]),
    close: async () => void await execute(database, statements.close, [system]),
  };
}
