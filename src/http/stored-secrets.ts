import type { RestSystemDefinition } from '../contracts/system-definition.js';

/** StoredSecrets is what the client needs to know of secrets that are kept in stores such as Vault. */
export interface StoredSecrets {
  /** ready waits until what texts name has been read once, or could not be. */
  ready(texts: readonly string[]): Promise<void>;
  /** isUnavailable says whether one of the secrets is missing only since its store does not answer. */
  isUnavailable(texts: readonly string[]): boolean;
  /** reread reads at once what texts name; true where a value has changed. */
  reread(texts: readonly string[]): Promise<boolean>;
}

/** storedTexts are the texts of a definition that name secrets in stores; almost always there are none. */
export function storedTexts(definition: RestSystemDefinition): readonly string[] {
  const texts = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      if (/secret:\/\/(?:vault|aws)\//.test(value)) texts.add(value);
    } else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) walk(part);
  };
  walk({ baseUrl: definition.baseUrl, headers: definition.headers, auth: definition.auth, objects: definition.objects });
  return [...texts];
}
