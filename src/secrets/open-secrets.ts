import { readSecretFile } from '../config/definition-set.js';
import { refusePublishedKeys } from '../config/published-test-keys.js';
import { resolveReferences, type ReferenceSources } from '../config/references.js';
import { createAwsStore } from './aws-store.js';
import { SecretCache } from './secret-cache.js';
import { createVaultStore } from './vault-store.js';

/** Secrets is where the values of references come from, in one process. */
export interface Secrets {
  /** resolve replaces the references in a text at the moment of use; throws UnresolvedReferenceError, and PublishedKeyError for a secret that stands in a public document. */
  resolve(text: string): string;
  /** ready waits until what texts name in stores of secrets has been read once, or could not be. */
  ready(texts: readonly string[]): Promise<void>;
  /** isUnavailable says whether one of the secrets is missing only since its store does not answer. */
  isUnavailable(texts: readonly string[]): boolean;
  /** reread reads at once what texts name in stores of secrets; true where a value has changed. */
  reread(texts: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

/** SecretsOptions says where secrets are. */
export interface SecretsOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly log: { warn(parts: object, message: string): void };
  /** After how long what a store gave is read again, milliseconds. Default: CROSSWALK_SECRETS_FRESH_SECONDS, or five minutes. */
  readonly freshMs?: number;
}

/** openSecrets makes the source of secrets of a process; nothing is asked before the first use. Throws RangeError for settings that cannot be used. */
export function openSecrets({ env = process.env, log, freshMs = freshSetting(env) }: SecretsOptions): Secrets {
  const vault = createVaultStore(env);
  const aws = createAwsStore();
  const cache = new SecretCache({ stores: { ...(vault === undefined ? {} : { vault }), aws }, log, ...(freshMs === undefined ? {} : { freshMs }) });
  const sources: ReferenceSources = { env, readFile: readSecretFile, baseFolder: env['CROSSWALK_DEFINITIONS'] ?? process.cwd(), stored: (reference) => cache.value(reference) };
  return {
    resolve: refusePublishedKeys((text) => (text.includes('secret://') || text.includes('${') ? resolveReferences(text, sources) : text)),
    ready: (texts) => cache.ready(texts),
    isUnavailable: (texts) => cache.isUnavailable(texts),
    reread: (texts) => cache.reread(texts),
    close: async () => { await Promise.allSettled([vault?.close?.(), aws.close?.()]); },
  };
}

function freshSetting({ CROSSWALK_SECRETS_FRESH_SECONDS: text = '' }: NodeJS.ProcessEnv): number | undefined {
  if (text === '') return undefined;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 1 || seconds > 86_400) throw new RangeError('CROSSWALK_SECRETS_FRESH_SECONDS has to be a number of seconds from 1 to 86400.');
  return seconds * 1000;
}
