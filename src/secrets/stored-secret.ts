/** SecretFields is what a store holds under one path; `''` is the whole of it where it has no fields. */
export type SecretFields = ReadonlyMap<string, string>;

/** SecretStore is where secrets are kept outside of this machine. */
export interface SecretStore {
  /** fetch reads what is kept under a path; throws SecretStoreError. */
  fetch(path: string): Promise<SecretFields>;
  close?(): Promise<void>;
}

/** SecretStoreError is thrown where a store does not give a secret; its message names no secret. */
export class SecretStoreError extends Error {
  override readonly name = 'SecretStoreError';
  constructor(
    message: string,
    /** `absent`: there is nothing there; `refused`: we may not read it; `unavailable`: it did not answer as it should, and may later. */
    readonly why: 'absent' | 'refused' | 'unavailable',
  ) {
    super(message);
  }
}

/** How large a secret may be, in characters: a key or a certificate chain; anything longer is the wrong place. */
const maxSecretLength = 65_536;

/** fieldsOf reads a JSON object of texts and numbers; throws SecretStoreError for values that are too long. */
export function fieldsOf(data: unknown, path: string): SecretFields {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return new Map(entries.flatMap(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    const text = String(value);
    if (text.length > maxSecretLength) throw new SecretStoreError(`the field ${name} of ${path} is longer than 64 KB`, 'absent');
    return [[name, text] as const];
  }));
}
