import type { Trouble } from '../contracts/alert.js';
import { defaultAlerts, type AlertsDefinition } from '../contracts/alerts-definition.js';
import { accountOverview } from './account-overview.js';
import type { Database } from './database.js';

const DAY_MS = 86_400_000;

/** accountTrouble is the accounts that a person has to see to: those that cannot be used and that work waits for, and credentials that come to an end. */
export async function accountTrouble(database: Database, { above }: AlertsDefinition, now: number = Date.now()): Promise<Trouble[]> {
  // Definitions from before there were accounts do not say.
  const { authentication, credentialsExpireMs = defaultAlerts.above.credentialsExpireMs } = above as Partial<typeof above>;
  return (await accountOverview(database)).flatMap(({ system, state, reason, refreshExpiresAt, clientSecretExpiresAt }): Trouble[] => {
    const unusable: Trouble[] = authentication !== false && (state === 'reconnect-needed' || state === 'client-refused')
      ? [{ kind: 'reconnect-needed', subject: system, summary: `${system}: ${state === 'client-refused' ? 'client refused' : 'reconnect needed'}, work waits (${reason ?? 'unknown reason'})` }] : [];
    const ends = [['the account has to be authorized again', refreshExpiresAt], ['the client secret expires', clientSecretExpiresAt]] as const;
    const soon = ends.flatMap(([what, at]): Trouble[] => {
      const leftMs = at === null ? Infinity : at.getTime() - now;
      return leftMs > credentialsExpireMs ? [] : [{ kind: 'credentials-expire', subject: system, summary: `${system}: ${what} ${withinDays(leftMs)}` }];
    });
    // One alert for each system and kind; of two ends the nearer one.
    return [...unusable, ...soon.slice(0, 1)];
  });
}

/** withinDays says how long it is to an end. */
export function withinDays(leftMs: number): string {
  const days = Math.floor(leftMs / DAY_MS);
  if (leftMs < 0) return 'now: its day has passed';
  return days === 0 ? 'within a day' : `within ${days} ${days === 1 ? 'day' : 'days'}`;
}
