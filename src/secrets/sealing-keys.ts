import { readSecretFile } from '../config/definition-set.js';
import { createKeySource, SealingKeyError, type KeySource } from '../sealing/key-ring.js';

/**
 * keysIn gives the keys of a setting, which may hold references, or of the file that the setting with `_FILE` at its end
 * names; read at each use, so that a changed file is noticed. Without either there are none.
 */
export function keysIn(setting: 'CROSSWALK_SEALING_KEYS' | 'CROSSWALK_PAYLOAD_KEYS', env: NodeJS.ProcessEnv, resolve: (text: string) => string): KeySource {
  return createKeySource(() => {
    const { [setting]: text = '', [`${setting}_FILE`]: file = '' } = env;
    try {
      if (text !== '') return resolve(text);
      return file === '' ? '' : readSecretFile(file);
    } catch (error) {
      const why = error instanceof Error && error.name === 'UnresolvedReferenceError' ? error.message : `the file ${file} cannot be read`;
      throw new SealingKeyError(`${setting} cannot be read: ${why}.`);
    }
  }, setting);
}

/** sealingKeys gives the keys that seal what Crosswalk stores. */
export function sealingKeys(env: NodeJS.ProcessEnv, resolve: (text: string) => string): KeySource {
  return keysIn('CROSSWALK_SEALING_KEYS', env, resolve);
}
