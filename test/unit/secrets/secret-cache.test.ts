import { describe, expect, it } from 'vitest';
import { findReferences, type Reference } from '../../../src/config/reference-syntax.js';
import { SecretCache } from '../../../src/secrets/secret-cache.js';
import { SecretStoreError, type SecretFields } from '../../../src/secrets/stored-secret.js';

const text = 'secret://vault/secret/crm#token';
const reference = (written = text): Reference => {
  const [found] = findReferences(written);
  if (found === undefined) throw new Error(`${written} is no reference`);
  return found;
};

class Store {
  reads = 0;
  answer: () => SecretFields = () => new Map([['token', 'one']]);
  async fetch(): Promise<SecretFields> {
    this.reads += 1;
    await Promise.resolve();
    return this.answer();
  }
}

function cacheOf() {
  const store = new Store();
  const clock = { now: 0 };
  const warnings: object[] = [];
  const cache = new SecretCache({ stores: { vault: store }, freshMs: 60_000, now: () => clock.now, log: { warn: (parts) => { warnings.push(parts); } } });
  return { store, clock, warnings, cache };
}

const fails = (why: SecretStoreError['why']) => (): never => { throw new SecretStoreError('Vault says no', why); };
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('a secret in a store', () => {
  it('is no value before it was read: it fails closed', async () => {
    const { cache, store } = cacheOf();
    expect(() => cache.value(reference())).toThrow('has not been read yet');
    await settled();
    expect(cache.value(reference())).toBe('one');
    expect(store.reads).toBe(1);
  });

  it('is read once for many who wait, and then taken from memory', async () => {
    const { cache, store } = cacheOf();
    await Promise.all(Array.from({ length: 50 }, () => cache.ready([`Bearer ${text}`, text])));
    expect(Array.from({ length: 50 }, () => cache.value(reference()))).toEqual(Array.from({ length: 50 }, () => 'one'));
    expect(store.reads).toBe(1);
  });

  it('that was rotated is picked up in the background, without a wait', async () => {
    const { cache, store, clock } = cacheOf();
    await cache.ready([text]);
    store.answer = () => new Map([['token', 'two']]);
    clock.now = 60_000;
    expect(cache.value(reference())).toBe('one');
    await settled();
    expect(cache.value(reference())).toBe('two');
    expect(store.reads).toBe(2);
  });

  it.each(['unavailable', 'refused'] as const)('goes on while its store is %s, which is asked every few seconds', async (why) => {
    const { cache, store, clock, warnings } = cacheOf();
    await cache.ready([text]);
    store.answer = fails(why);
    for (const now of [60_000, 60_001, 64_000, 65_000, 65_001]) {
      clock.now = now;
      expect(cache.value(reference())).toBe('one');
      await settled();
    }
    expect(store.reads).toBe(3);
    expect(warnings).toHaveLength(2);
    expect(JSON.stringify(warnings)).not.toContain('one');
  });

  it('that is gone from its store is no value any more', async () => {
    const { cache, store, clock } = cacheOf();
    await cache.ready([text]);
    store.answer = fails('absent');
    clock.now = 60_000;
    cache.value(reference());
    await settled();
    expect(() => cache.value(reference())).toThrow('Vault says no');
    expect(cache.isUnavailable([text])).toBe(false);
  });

  it('that was never read since its store does not answer is known to be only unavailable', async () => {
    const { cache, store, clock } = cacheOf();
    store.answer = fails('unavailable');
    await cache.ready([text]);
    await cache.ready([text]);
    expect([cache.isUnavailable([text]), store.reads]).toEqual([true, 1]);
    clock.now = 5_000;
    store.answer = () => new Map([['token', 'one']]);
    await cache.ready([text]);
    expect([cache.isUnavailable([text]), cache.value(reference())]).toEqual([false, 'one']);
  });

  it('is read again at once where a system refused it, and says whether that changed it', async () => {
    const { cache, store, clock } = cacheOf();
    await cache.ready([text]);
    expect(await cache.reread([text])).toBe(false);
    expect(store.reads).toBe(1);
    clock.now = 5_000;
    expect(await cache.reread([text])).toBe(false);
    clock.now = 10_000;
    store.answer = () => new Map([['token', 'two']]);
    expect(await cache.reread([text])).toBe(true);
    expect(cache.value(reference())).toBe('two');
  });

  it.each([
    ['secret://vault/secret/crm#other', 'it has no field other'], ['secret://vault/secret/crm#blank', 'it is empty'],
  ])('%s is refused: %s', async (written, message) => {
    const { cache, store } = cacheOf();
    store.answer = () => new Map([['token', 'one'], ['blank', ' ']]);
    await cache.ready([written]);
    expect(() => cache.value(reference(written))).toThrow(message);
  });

  it('of a store that is not set up is refused, and says what to set', async () => {
    const cache = new SecretCache({ stores: {}, log: { warn: () => undefined } });
    await cache.ready([text]);
    expect(() => cache.value(reference())).toThrow('VAULT_ADDR is not set');
  });
});

describe('the reference', () => {
  it.each([
    ['secret://vault/secret/crm#token', 'vault', 'secret/crm#token'], ['secret://vault/kv/team-a/crm@1#api.key', 'vault', 'kv/team-a/crm@1#api.key'],
    ['secret://aws/prod/crm#token', 'aws', 'prod/crm#token'], ['secret://aws/arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm-AbCdEf', 'aws', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm-AbCdEf'],
  ])('%s is of %s', (written, kind, target) => { expect(reference(written)).toMatchObject({ kind, target }); });

  it.each(['secret://vault/crm#token', 'secret://vault/secret/crm', 'secret://vault/secret/../sys/raw#x', 'secret://vault/secret/./crm#x', 'secret://vault/secret/crm#a#b', 'secret://vault/secret/cr%2fm#x', 'secret://aws/', 'secret://aws/a#', 'secret://aws/a b#c', 'secret://vault/secret//crm#x'])('%s is none', (written) => {
    expect(findReferences(written).map(({ kind }) => kind)[0] === 'invalid' || written.includes(' ')).toBe(true);
  });
});
