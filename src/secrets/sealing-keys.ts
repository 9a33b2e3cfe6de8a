import { readSecretFile } from '../config/definition-set.js';
import { createKeySource, SealingKeyError, type KeySource } from '../sealing/key-ring.js';

/**
 * sealingKeys gives the keys of CROSSWALK_SEALING_KEYS, which may hold references, or of the file that
 * CROSSWALK_SEALING_KEYS_FILE names; read at each use, so that a changed file is noticed. Without either there are none.
 */
export function sealingKeys(env: NodeJS.ProcessEnv, resolve: (text: string) => string): KeySource {
  return createKeySource(() => {
    const { CROSSWALK_SEALING_KEYS: text = '', CROSSWALK_SEALING_KEYS_FILE: file = '' } = env;
    try {
      if (text !== '') return resolve(text);
      return file === '' ? '' : readSecretFile(file);
    } catch (error) {
      const why = error instanceof Error && error.name === 'UnresolvedReferenceError' ? error.message : `the file ${file} cannot be read`;
      throw new SealingKeyError(`The sealing keys cannot be read: ${why}.`);
    }
  });
}
