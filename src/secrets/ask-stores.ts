import type { Reference } from '../config/reference-syntax.js';
import { listReferences, UnresolvedReferenceError } from '../config/references.js';
import { createAwsStore } from './aws-store.js';
import { SecretCache } from './secret-cache.js';
import { SecretStoreError, type SecretStore } from './stored-secret.js';
import { createVaultStore } from './vault-store.js';

/**
 * askStores asks the stores of secrets once for everything that texts name, and gives what answers for each reference: it
 * gives the value or throws UnresolvedReferenceError. No store is set up that no text names.
 */
export async function askStores(texts: readonly string[], env: NodeJS.ProcessEnv): Promise<(reference: Reference) => string> {
  const references = texts.flatMap((text) => listReferences(text)).filter(({ kind }) => kind === 'vault' || kind === 'aws');
  const names = (kind: Reference['kind']): boolean => references.some((reference) => reference.kind === kind);
  const vault = names('vault') ? vaultStore(env) : undefined;
  const aws = names('aws') ? createAwsStore() : undefined;
  const cache = new SecretCache({ stores: { ...(vault === undefined ? {} : { vault }), ...(aws === undefined ? {} : { aws }) }, log: { warn: () => undefined } });
  await cache.ready(texts);
  const found = new Map(references.map((reference) => [reference.text, answerOf(cache, reference)]));
  await Promise.allSettled([vault?.close?.(), aws?.close?.()]);
  return ({ text, kind }) => {
    const answer = found.get(text) ?? new UnresolvedReferenceError(`${text}: it was not asked for`, text, kind, 'unread');
    if (answer instanceof UnresolvedReferenceError) throw answer;
    return answer;
  };
}

function answerOf(cache: SecretCache, reference: Reference): string | UnresolvedReferenceError {
  try {
    return cache.value(reference);
  } catch (error) {
    if (error instanceof UnresolvedReferenceError) return error;
    throw error;
  }
}

/** What is wrong with the settings is said of each secret that needs them. */
function vaultStore(env: NodeJS.ProcessEnv): SecretStore | undefined {
  try {
    return createVaultStore(env);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { fetch: () => Promise.reject(new SecretStoreError(error.message, 'refused')) };
  }
}
