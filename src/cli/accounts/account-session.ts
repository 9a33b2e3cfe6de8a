import { Authorizer, readReturnTo } from '../../accounts/authorizer.js';
import { createLogger } from '../../log/create-logger.js';
import type { KeySource } from '../../sealing/key-ring.js';
import { openSecrets } from '../../secrets/open-secrets.js';
import { sealingKeys } from '../../secrets/sealing-keys.js';
import { readNetworkEntries } from '../../egress/network-rules.js';
import type { Session } from '../session.js';

/** AccountSession is what commands about accounts work with. */
export interface AccountSession {
  readonly keys: KeySource;
  readonly authorizer: Authorizer;
  close(): Promise<void>;
}

/** openAccountSession makes it from the environment of a command. */
export async function openAccountSession(session: Session): Promise<AccountSession> {
  const env = session.environment();
  const secrets = openSecrets({ env, log: createLogger({ role: 'cli', level: 'silent' }) });
  await secrets.ready([env['CROSSWALK_SEALING_KEYS'] ?? '']);
  const keys = sealingKeys(env, (text) => secrets.resolve(text));
  const authorizer = new Authorizer({ database: await session.database(), keys, resolve: (text) => secrets.resolve(text), ready: (texts) => secrets.ready(texts), networkAllow: readNetworkEntries(env['CROSSWALK_NETWORK_ALLOW']), returnTo: readReturnTo(env['CROSSWALK_RETURN_TO'] ?? '') });
  return { keys, authorizer, close: () => secrets.close() };
}
