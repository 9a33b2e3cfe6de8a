import type { AccountOverview } from '../../store/account-overview.js';
import { withinDays } from '../../store/account-trouble.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { distance } from '../terminal/wording.js';

/** From how many milliseconds before its end a credential is shown in yellow. */
const SOON_MS = 14 * 86_400_000;

/** accountLines shows the accounts that a person has to see to, and when credentials come to an end. */
export function accountLines(accounts: readonly AccountOverview[], { colors, now }: Style): string[] {
  const lines = accounts.flatMap(({ system, state, reason, since, refreshExpiresAt, clientSecretExpiresAt }) => [
    ...standing(system, state, reason, since === null ? '' : ` since ${distance(since, now)}`).map((line, at) => (at === 0 ? colors.red(printable(line)) : colors.dim(printable(line)))),
    ...ending(system, 'has to be authorized again', refreshExpiresAt),
    ...ending(system, 'the client secret expires', clientSecretExpiresAt),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];

  function ending(system: string, what: string, at: Date | null): string[] {
    if (at === null) return [];
    const leftMs = at.getTime() - now.getTime();
    const line = printable(`${system}: ${what} ${withinDays(leftMs)}`);
    return [leftMs < SOON_MS ? colors.yellow(line) : colors.dim(line)];
  }
}

function standing(system: string, state: AccountOverview['state'], reason: string | null, since: string): string[] {
  switch (state) {
    case 'connected':
    case 'none': return [];
    case 'never': return [`${system}: no account is connected yet`, `  crosswalk authorize ${system}`];
    case 'client-refused': return [`${system}: ${reason ?? 'the client is refused'}${since}; work waits`, '  correct clientId and clientSecret of its definition'];
    case 'reconnect-needed': return [`${system}: reconnect needed${since}, work waits (${reason ?? 'unknown reason'})`, `  crosswalk authorize ${system}`];
  }
}
