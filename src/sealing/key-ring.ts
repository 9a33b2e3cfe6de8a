import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** SealingKeyError is thrown where something cannot be sealed or opened; its message names keys by their ids only, and says what to do. */
export class SealingKeyError extends Error {
  override readonly name = 'SealingKeyError';
}

/** SealingKey is a key of AES-256, with the name by which what it sealed says which one it was. */
export interface SealingKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Setting that messages name unless another is given. */
const usualSetting = 'CROSSWALK_SEALING_KEYS';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D §8.2.2: random nonces of 96 bits, for at most 2^32 messages under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** KeyRing seals with its first key and opens with any: AES-256-GCM (NIST SP 800-38D), each message bound to a context. */
export class KeyRing {
  constructor(private readonly keys: readonly SealingKey[], private readonly setting = usualSetting) {}

  /** firstId is the id of the key that seals; undefined where there is none. */
  get firstId(): string | undefined {
    return this.keys[0]?.id;
  }

  /** sealBytes gives nonce, ciphertext and tag, and the id of the key; throws SealingKeyError where there is no key. */
  sealBytes(plain: Uint8Array, context: string): { readonly keyId: string; readonly sealed: Buffer } {
    const [first] = this.keys;
    if (first === undefined) throw new SealingKeyError(`No key is set. Set ${this.setting} to ID:KEY, with a key as from "openssl rand -base64 32".`);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, first.key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(first.id, context));
    return { keyId: first.id, sealed: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
  }

  /** openBytes gives what was sealed in the same context; throws SealingKeyError for an unknown key, and for what was changed or moved. */
  openBytes(keyId: string, sealed: Uint8Array, context: string): Buffer {
    const found = this.keys.find(({ id }) => id === keyId);
    if (found === undefined) {
      const known = this.keys.length === 0 ? `${this.setting} is not set` : `${this.setting} has ${this.keys.map(({ id }) => `"${id}"`).join(', ')}`;
      throw new SealingKeyError(`It is sealed with the key "${keyId.slice(0, 40)}", and ${known}. Add that key again.`);
    }
    const text = Buffer.from(sealed);
    if (text.length < NONCE_BYTES + TAG_BYTES) throw new SealingKeyError('What is sealed is too short to be whole.');
    const decipher = createDecipheriv(ALGORITHM, found.key, text.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(bound(found.id, context)).setAuthTag(text.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(text.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new SealingKeyError(`What is sealed with the key "${found.id}" was changed, belongs elsewhere, or was sealed with another key of this id.`);
    }
  }

  /** seal gives a text sealed for a context, such as the table and the row that keep it: `v1.KEY.BASE64URL`. */
  seal(plain: string, context: string): string {
    const { keyId, sealed } = this.sealBytes(Buffer.from(plain, 'utf8'), context);
    return `v1.${keyId}.${sealed.toString('base64url')}`;
  }

  /** open gives the text that was sealed for the context; throws SealingKeyError. */
  open(envelope: string, context: string): string {
    const [version, keyId = '', sealed = '', ...rest] = envelope.split('.');
    if (version !== 'v1' || rest.length > 0) throw new SealingKeyError('What is sealed is in a form that this release does not know.');
    return this.openBytes(keyId, Buffer.from(sealed, 'base64url'), context).toString('utf8');
  }

  /** isSealedFirst says whether an envelope was sealed with the first key. */
  isSealedFirst(envelope: string): boolean {
    return envelope.split('.')[1] === this.firstId;
  }
}

// The lengths keep two pairs of id and context from being the same bytes.
function bound(id: string, context: string): Buffer {
  return Buffer.from(`crosswalk sealed v1\n${id.length}:${id}\n${context.length}:${context}`, 'utf8');
}

/**
 * readSealingKeys reads `ID:KEY` pairs, separated by commas or white space: 32 bytes in base64, base64url or hex. The
 * first seals, all open. Throws SealingKeyError, which names no key, for what is none.
 */
export function readSealingKeys(text: string, setting = usualSetting): readonly SealingKey[] {
  const keys = text.split(/[\s,]+/).filter((part) => part !== '').map((part, position) => {
    const [, id, written] = /^([A-Za-z0-9_-]{1,20}):(.+)$/.exec(part) ?? [];
    const bytes = written === undefined ? undefined : keyBytes(written);
    if (id === undefined || bytes === undefined) throw new SealingKeyError(`${setting}: key ${position + 1} has to be ID:KEY, with a key of 32 bytes as from "openssl rand -base64 32".`);
    if (new Set(bytes).size < 8) throw new SealingKeyError(`${setting}: key "${id}" is not random; make one with "openssl rand -base64 32".`);
    return { id, key: createSecretKey(bytes) };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new SealingKeyError(`${setting}: two keys have the same ID.`);
  return keys;
}

function keyBytes(written: string): Buffer | undefined {
  const bytes = /^[0-9a-fA-F]{64}$/.test(written) ? Buffer.from(written, 'hex') : /^[A-Za-z0-9+/_-]{43}=?$/.test(written) ? Buffer.from(written, 'base64') : undefined;
  return bytes?.length === KEY_BYTES ? bytes : undefined;
}

/** KeySource gives the keys as they are now; throws SealingKeyError where they cannot be read. */
export type KeySource = () => KeyRing;

/** createKeySource reads the keys with `read` at every use, so that a changed file is noticed; parsed only where the text has changed. */
export function createKeySource(read: () => string, setting = usualSetting): KeySource {
  let known: { readonly text: string; readonly ring: KeyRing } | undefined;
  return () => {
    const text = read();
    if (known?.text !== text) known = { text, ring: new KeyRing(readSealingKeys(text, setting), setting) };
    return known.ring;
  };
}
