import type { Database } from './database.js';
import { activeDefinitions } from './definitions.js';
import { connections, type ConnectionState } from './oauth-connections.js';

/** AccountOverview is where the account of a system in force stands, and what of its credentials comes to an end. */
export interface AccountOverview {
  readonly system: string;
  /** `never` before it was connected for the first time; `none` for a system that needs no account and whose client secret has an end. */
  readonly state: ConnectionState | 'never' | 'none';
  readonly reason: string | null;
  readonly since: Date | null;
  readonly scope: string | null;
  readonly connectedBy: string | null;
  readonly refreshExpiresAt: Date | null;
  readonly clientSecretExpiresAt: Date | null;
}

/** accountOverview is the accounts of the systems in force, by name, and the client secrets whose end is known. */
export async function accountOverview(database: Database): Promise<AccountOverview[]> {
  const [systems, stored] = await Promise.all([activeDefinitions(database, 'system'), connections(database)]);
  return systems.flatMap(({ name, body }): AccountOverview[] => {
    if (body.medium !== undefined || body.auth.type !== 'oauth2') return [];
    const { auth } = body;
    const clientSecretExpiresAt = auth.clientSecretExpires === undefined ? null : new Date(`${auth.clientSecretExpires}T00:00:00Z`);
    const nothing = { reason: null, since: null, scope: null, connectedBy: null, refreshExpiresAt: null };
    if (auth.grant !== 'authorization_code') return clientSecretExpiresAt === null ? [] : [{ ...nothing, system: name, state: 'none', clientSecretExpiresAt }];
    const found = stored.find(({ system }) => system === name);
    if (found === undefined || found.connectedAt === null) return [{ ...nothing, system: name, state: found === undefined ? 'never' : 'reconnect-needed', reason: found?.reason ?? null, since: found?.since ?? null, clientSecretExpiresAt }];
    const { state, reason, since, scope, connectedBy, refreshExpiresAt } = found;
    return [{ system: name, state, reason, since, scope, connectedBy, refreshExpiresAt, clientSecretExpiresAt }];
  }).toSorted((one, other) => one.system.localeCompare(other.system));
}
