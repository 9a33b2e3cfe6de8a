import { UnresolvedReferenceError, type ReferenceProblem } from '../config/references.js';
import { findReferences, type Reference } from '../config/reference-syntax.js';
import { SecretStoreError, type SecretFields, type SecretStore } from './stored-secret.js';

/** SecretCacheOptions is what a cache of secrets works with. */
export interface SecretCacheOptions {
  /** By kind of reference; a store that is absent is not set up. */
  readonly stores: Readonly<Partial<Record<'vault' | 'aws', SecretStore>>>;
  /** After how long a value is read again, milliseconds; the old one is used meanwhile. */
  readonly freshMs?: number;
  readonly log: { warn(parts: object, message: string): void };
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

interface Entry {
  fields?: SecretFields;
  readAt: number;
  failedAt: number;
  reading?: Promise<void>;
  failure?: SecretStoreError;
}

const FRESH_MS = 300_000;

/** A store that did not answer is asked again after this time, milliseconds; and a secret that a system refused is read again no sooner. */
const AGAIN_MS = 5_000;

/**
 * SecretCache holds what stores of secrets gave. `value` answers from memory at once, and has a value that is no longer
 * fresh read again in the background; where that fails for now, the old one goes on. A value that was never read, or that
 * the store says is gone, is no value.
 */
export class SecretCache {
  private readonly entries = new Map<string, Entry>();
  private readonly freshMs: number;
  private readonly now: () => number;

  constructor(private readonly options: SecretCacheOptions) {
    this.freshMs = options.freshMs ?? FRESH_MS;
    this.now = options.now ?? (() => performance.now());
  }

  /** value gives what a reference stands for; throws UnresolvedReferenceError. */
  value(reference: Reference): string {
    const { path, field } = placeOf(reference);
    const entry = this.entry(reference.kind, path);
    const isStale = this.now() - entry.readAt >= this.freshMs && this.now() - entry.failedAt >= AGAIN_MS;
    if (isStale) void this.read(reference.kind, path, entry);
    if (entry.fields === undefined) throw unresolved(reference, entry.failure);
    const value = entry.fields.get(field);
    if (value === undefined) throw problem(reference, 'missing', field === '' ? 'it holds fields; name one, as in NAME#FIELD' : `it has no field ${field}`);
    if (value.trim() === '') throw problem(reference, 'empty', 'it is empty');
    return value;
  }

  /** ready waits until what the texts name has been read once, or could not be. */
  async ready(texts: readonly string[]): Promise<void> {
    await Promise.all(this.placesIn(texts).map(async ({ kind, path }) => {
      const entry = this.entry(kind, path);
      if (entry.fields === undefined && (entry.reading !== undefined || this.now() - entry.failedAt >= AGAIN_MS)) await this.read(kind, path, entry);
    }));
  }

  /** isUnavailable says whether one of the secrets is missing only since its store does not answer. */
  isUnavailable(texts: readonly string[]): boolean {
    return this.placesIn(texts).some(({ kind, path }) => {
      const { fields, failure } = this.entry(kind, path);
      return fields === undefined && failure?.why === 'unavailable';
    });
  }

  /** reread reads at once what the texts name, unless that was done a moment ago; true where a value has changed. */
  async reread(texts: readonly string[]): Promise<boolean> {
    const changed = await Promise.all(this.placesIn(texts).map(async ({ kind, path }) => {
      const entry = this.entry(kind, path);
      if (this.now() - Math.max(entry.readAt, entry.failedAt) < AGAIN_MS) return false;
      const before = entry.fields;
      await this.read(kind, path, entry);
      return JSON.stringify([...before ?? []]) !== JSON.stringify([...entry.fields ?? []]);
    }));
    return changed.includes(true);
  }

  private placesIn(texts: readonly string[]): { readonly kind: Reference['kind']; readonly path: string }[] {
    const places = new Map<string, { readonly kind: Reference['kind']; readonly path: string }>();
    for (const reference of texts.flatMap((text) => findReferences(text))) {
      if (reference.kind !== 'vault' && reference.kind !== 'aws') continue;
      const { path } = placeOf(reference);
      places.set(`${reference.kind}/${path}`, { kind: reference.kind, path });
    }
    return [...places.values()];
  }

  private entry(kind: Reference['kind'], path: string): Entry {
    const key = `${kind}/${path}`;
    const entry = this.entries.get(key) ?? { readAt: -Infinity, failedAt: -Infinity };
    this.entries.set(key, entry);
    return entry;
  }

  /** Never rejects; what went wrong is kept with the entry. */
  private read(kind: Reference['kind'], path: string, entry: Entry): Promise<void> {
    entry.reading ??= (async () => {
      try {
        const store = kind === 'vault' || kind === 'aws' ? this.options.stores[kind] : undefined;
        if (store === undefined) throw new SecretStoreError(kind === 'vault' ? 'VAULT_ADDR is not set' : 'the AWS client is not set up', 'refused');
        entry.fields = await store.fetch(path);
        entry.readAt = this.now();
        delete entry.failure;
      } catch (error) {
        entry.failedAt = this.now();
        entry.failure = error instanceof SecretStoreError ? error : new SecretStoreError('the store did not answer as it should', 'unavailable');
        // What is gone from the store was taken away on purpose; while the store cannot be asked, the last value goes on.
        if (entry.failure.why === 'absent') delete entry.fields;
        this.options.log.warn({ reference: `secret://${kind}/${path}`, reason: entry.failure.message, kept: entry.fields !== undefined }, 'A secret could not be read from its store.');
      } finally {
        delete entry.reading;
      }
    })();
    return entry.reading;
  }
}

function placeOf({ target }: Reference): { readonly path: string; readonly field: string } {
  const at = target.lastIndexOf('#');
  return at < 0 ? { path: target, field: '' } : { path: target.slice(0, at), field: target.slice(at + 1) };
}

const problems = { absent: 'missing', refused: 'unreadable', unavailable: 'unread' } as const satisfies Readonly<Record<SecretStoreError['why'], ReferenceProblem>>;

function unresolved(reference: Reference, failure: SecretStoreError | undefined): UnresolvedReferenceError {
  if (failure === undefined) return problem(reference, 'unread', 'it has not been read yet');
  return problem(reference, problems[failure.why], failure.message);
}

function problem({ text, kind }: Reference, what: ReferenceProblem, why: string): UnresolvedReferenceError {
  return new UnresolvedReferenceError(`${text}: ${why}`, text, kind, what);
}
