import { expect } from 'vitest';
import type { WriteKind } from '../../../src/contracts/connector.js';
import { refusedText } from '../vendor-fake/fake-writes.js';
import { item, listAll, NotApplicable, outcomesOf, signal, type Subject } from './context.js';

/** writes creates, changes and puts away records of every object, one by one and in batches. */
export async function writes(subject: Subject): Promise<void> {
  for (const [name, object] of subject.creatable()) {
    for (const count of [1, 3]) {
      subject.vendor.forget();
      const connector = subject.open();
      const created = await connector.write(name, Array.from({ length: count }, (_, at) => item('create', null, subject.fields(name, at + 1))), signal);
      expect(outcomesOf(created), `${name} create`).toBe(Array.from({ length: count }, () => 'ok').join(', '));
      const stored = [...subject.store(name).records.values()];
      expect(stored, `${name} stored`).toHaveLength(count);
      // Where the answer holds no record, the list tells the ids.
      const ids = created.map(({ id }, at) => id ?? stored[at]?.id ?? null);
      for (const [at, id] of ids.entries()) expect(JSON.stringify(subject.store(name).records.get(id ?? '')?.fields), `${name} ${id}`).toContain(JSON.stringify(Object.values(subject.fields(name, at + 1))[0]).slice(1, -1));
      for (const kind of ['update', 'archive', 'delete'] as const) await change(subject, name, kind, ids);
      if (object.get !== undefined && object.update !== undefined) expect(outcomesOf(await connector.write(name, [item('update', missingId(ids), subject.fields(name, 1, 'update'))], signal)), `${name} update of nothing`).toMatch(/^(?:not-found|park)/);
    }
  }
}

async function change(subject: Subject, name: string, kind: WriteKind, ids: readonly (string | null)[]): Promise<void> {
  const definition = subject.definition.objects[name];
  if (definition?.[kind] === undefined || (kind === 'update' && subject.about.examples[name]?.update === undefined)) return;
  const store = subject.store(name);
  // What was put away before is not there any more.
  const present = ids.map((id, at) => (store.records.has(id ?? '') ? id : store.create(subject.fields(name, at + 1)).id));
  const results = await subject.open().write(name, present.map((id) => item(kind, id, kind === 'update' ? subject.fields(name, 1, 'update') : {})), signal);
  expect(outcomesOf(results), `${name} ${kind}`).toBe(ids.map(() => 'ok').join(', '));
}

/** An id of the form that the system has, of no record. */
function missingId(ids: readonly (string | null)[]): string {
  return (ids[0] ?? '1').replace(/\d$/, '0').replace(/\d{3}$/, '999');
}

/** once makes a create whose answer is lost, and comes to one record: by repeating it, or by looking before it is repeated. */
export async function once(subject: Subject): Promise<void> {
  const uncertain: string[] = [];
  for (const [name, object] of subject.creatable()) {
    subject.vendor.forget();
    const connector = subject.open();
    const write = item('create', null, subject.fields(name, 7));
    subject.vendor.fail('lose');
    const [lost] = subject.noted(await connector.write(name, [write], signal));
    expect(lost?.outcome, `${name}: a lost answer`).toBe('unknown');
    expect(subject.store(name).records.size, name).toBe(1);
    if (connector.sendsIdempotencyKey(name, 'create')) {
      expect(outcomesOf(await subject.open().write(name, [write], signal)), name).toBe('ok');
      expect(subject.store(name).records.size, `${name}: written twice`).toBe(1);
      continue;
    }
    const fields = subject.fields(name, 7);
    const by = Object.keys(object.find?.by ?? {}).find((field) => typeof fields[field] === 'string' || subject.about.examples[name]?.find?.[field] !== undefined);
    if (by === undefined) uncertain.push(name);
    else {
      const value = subject.about.examples[name]?.find?.[by]?.replaceAll('{n}', '7') ?? String(fields[by]);
      expect((await connector.find(name, by, value, signal)).map(({ id }) => id), `${name} by ${by}`).toEqual([...subject.store(name).records.keys()]);
      expect(await connector.find(name, by, 'nobody@nowhere.example', signal), `${name} by ${by}, nobody`).toEqual([]);
    }
  }
  if (uncertain.length > 0) throw new Error(`a create of ${uncertain.join(', ')} whose answer is lost can neither be repeated nor be looked up`);
}

/** itemErrors has one record of several refused, and the others written. */
export async function itemErrors(subject: Subject): Promise<void> {
  let tried = 0;
  for (const [name] of subject.creatable()) {
    subject.vendor.forget();
    const bad = Object.entries(subject.fields(name, 2)).find(([, value]) => typeof value === 'string')?.[0];
    if (bad === undefined) continue;
    tried += 1;
    const items = [1, 2, 3].map((number) => item('create', null, { ...subject.fields(name, number), ...(number === 2 ? { [bad]: refusedText } : {}) }));
    const results = subject.noted(await subject.open().write(name, items, signal));
    expect(results.map(({ outcome }) => outcome), `${name}: ${outcomesOf(results)}`).toEqual(['ok', 'park', 'ok']);
    expect(subject.store(name).records.size, name).toBe(2);
  }
  if (tried === 0) throw new NotApplicable('no field with text to refuse');
}

/** money writes amounts and large numbers exactly as they are, and reads them so. */
export async function money(subject: Subject): Promise<void> {
  const amounts = ['1234567.10', '0.10', '9007199254740993', '12345678901234567890.12'];
  for (const [name, object] of subject.creatable()) {
    const field = Object.entries(subject.fields(name, 1)).find(([, value]) => typeof value === 'string')?.[0] ?? '';
    for (const amount of amounts) {
      subject.vendor.forget();
      await subject.open().write(name, [item('create', null, { ...subject.fields(name, 1), [field]: amount })], signal);
      expect(decodeURIComponent(subject.vendor.seen.at(-1)?.body ?? ''), `${name} ${amount}`).toContain(amount);
    }
    subject.vendor.forget();
    subject.store(name).create({ [field]: 'AMOUNT' });
    for (const amount of amounts.slice(2)) {
      subject.vendor.numbers = amount;
      const { records } = await listAll(subject.open(), name);
      expect(records[0]?.data[field], `${name} reads ${amount}`).toBe(amount);
      subject.vendor.numbers = undefined;
    }
    expect(object.list).toBeDefined();
  }
}
