import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { result } from '../../support/fake-system.js';
import { planned, sourceIds, watchedPage, writerUnderTest } from './writer-under-test.js';

describe('a batch writer', () => {
  test('fills its batches to the size that the system takes, and sends the rest at the end', async () => {
    const { writer, system, addAll } = writerUnderTest();
    await addAll(sourceIds(250).map((id) => planned(id)));
    await writer.drain();
    expect(system.sent.map(({ items }) => items.length)).toEqual([100, 100, 50]);
  });

  test('never puts two kinds into one request', async () => {
    const { writer, system, addAll } = writerUnderTest();
    system.put('t-c2', {});
    system.put('t-c4', {});
    await addAll([planned('c1'), planned('c2', 'update'), planned('c3'), planned('c4', 'archive')]);
    await writer.drain();
    expect(system.sent.map(({ kind, items }) => [kind, items.length])).toEqual(expect.arrayContaining([['create', 2], ['update', 1], ['archive', 1]]));
    expect(system.sent).toHaveLength(3);
  });

  test('parks the one bad record of a hundred with the system\'s message, and writes the other 99', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    const page = watchedPage();
    system.answer = ({ fields }) => (fields['name'] === 'c42' ? { outcome: 'park', status: 422, message: 'email_address is no address', excerpt: '{"error":"email"}' } : undefined);
    await addAll(sourceIds(100).map((id) => planned(id, 'create', page)));
    await writer.drain();
    expect(ledger.states()).toEqual({ acknowledged: 99, refused: 1 });
    expect(ledger.letters).toMatchObject([{
      sourceId: 'c42', stage: 'write', code: 'refused', message: 'email_address is no address: {"error":"email"}', payload: { id: 'c42' },
      request: { kind: 'create', id: null, fields: { name: 'c42' } }, responseExcerpt: '{"error":"email"}',
    }]);
    expect(page).toMatchObject({ settledWrites: 100, counts: { parked: 1 } });
    expect(trouble.current()).toBeUndefined();
  });

  test('parks a record of which no request can be made, and writes the others', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    const page = watchedPage();
    system.unbuildable = ({ fields }) => (fields['name'] === 'c3' ? "the id is '..'" : undefined);
    await addAll(sourceIds(5).map((id) => planned(id, 'create', page)));
    await writer.drain();
    expect(ledger.states()).toEqual({ acknowledged: 4 });
    expect(ledger.letters).toMatchObject([{ sourceId: 'c3', code: 'refused', message: "the id is '..'" }]);
    expect(page).toMatchObject({ settledWrites: 5, counts: { parked: 1 } });
    expect(trouble.current()).toBeUndefined();
  });

  test('acknowledges with the id and version that the system gave, and hands over the keys of the record', async () => {
    const { writer, ledger, addAll } = writerUnderTest();
    await addAll([planned('c1')]);
    await writer.drain();
    expect([...ledger.writes.values()][0]?.settlement).toMatchObject({ state: 'acknowledged', externalId: 't1', version: '1', targetObject: 7, keys: [{ kind: 'email', value: 'c1@example.org' }], droppedKeys: [] });
  });

  test('keeps the link to the record that it changed when the answer names another one', async () => {
    const { writer, system, ledger, addAll } = writerUnderTest();
    system.put('t-c1', {});
    system.answer = () => ({ outcome: 'ok', id: 'merged-into-this', version: '9' });
    await addAll([planned('c1', 'update')]);
    await writer.drain();
    expect([...ledger.writes.values()][0]?.settlement).toMatchObject({ state: 'acknowledged', externalId: 't-c1', version: '9' });
  });

  test('leaves a write open whose outcome is not known, and stops taking on work', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ fake: { batchSize: 2 }, concurrency: 1 });
    const page = watchedPage();
    system.answer = ({ fields }) => (fields['name'] === 'c1' ? { outcome: 'unknown', message: 'the answer was lost' } : undefined);
    await addAll(sourceIds(6).map((id) => planned(id, 'create', page)));
    await writer.drain();
    expect(ledger.stateOf('c1')).toBe('sent');
    expect(ledger.stateOf('c2')).toBe('acknowledged');
    expect(ledger.letters).toEqual([]);
    expect(system.sent).toHaveLength(1);
    expect(page.settledWrites).toBe(1);
    expect(trouble.current()).toEqual({ kind: 'unknown', system: 'target', message: 'the answer was lost', retryAfterMs: null });
  });

  test('leaves a create open that succeeded but named no id', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    system.answer = () => ({ outcome: 'ok', id: null });
    await addAll([planned('c1')]);
    await writer.drain();
    expect(ledger.stateOf('c1')).toBe('sent');
    expect(trouble.current()?.kind).toBe('unknown');
  });

  test.each([
    ['retry', 'unavailable'], ['rate-limited', 'limited'], ['reconnect-needed', 'disconnected'], ['fail', 'refused'], ['refresh-token', 'refused'],
  ] as const)('closes what was answered with %s as not executed, so that it may be sent again, and reports %s', async (outcome, kind) => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    const page = watchedPage();
    system.answer = () => ({ outcome, message: 'not now', retryAfterMs: 9_000 });
    await addAll([planned('c1', 'create', page)]);
    await writer.drain();
    expect(ledger.stateOf('c1')).toBe('not-executed');
    expect(page.settledWrites).toBe(0);
    expect(trouble.current()).toEqual({ kind, system: 'target', message: 'not now', retryAfterMs: 9_000 });
  });

  test('has every intent recorded and open when its item is sent, and sends no more than it may at once', async () => {
    const outcome = fc.constantFrom(...['ok', 'ok', 'ok', 'ok', 'park', 'retry', 'unknown', 'exists', 'version-conflict', 'rate-limited'] as const);
    const options = fc.record({ batchSize: fc.integer({ min: 1, max: 7 }), concurrency: fc.integer({ min: 1, max: 4 }), isolate: fc.boolean() });
    const sequence = fc.array(fc.record({ source: fc.nat(12), outcome, kind: fc.constantFrom('create' as const, 'update' as const) }), { maxLength: 40 });
    await fc.assert(fc.asyncProperty(options, sequence, async ({ batchSize, concurrency, isolate }, steps) => {
      const page = watchedPage();
      const writes = steps.map(({ source, kind }) => planned(`s${source}`, kind, page));
      const outcomes = new Map(writes.map((write, at) => [write.intent.id, steps[at]?.outcome ?? 'ok']));
      const again = (write: (typeof writes)[number]) => planned(write.intent.sourceId, 'update', page);
      const { writer, system, ledger, trouble, addAll } = writerUnderTest({
        fake: { batchSize }, concurrency, isolate, followUps: { adopt: async (write) => again(write), readAgain: async (write) => again(write) },
      });
      const order: string[] = [];
      system.whileSent = async ({ items }) => {
        for (const { idempotencyKey } of items) {
          expect(ledger.writes.get(idempotencyKey)?.state).toBe('sent');
          order.push(idempotencyKey);
        }
        await setImmediate();
      };
      system.answer = ({ idempotencyKey }) => ({ outcome: outcomes.get(idempotencyKey) ?? 'ok', id: `t-${idempotencyKey}`, message: 'says the system' });
      await addAll(writes);
      await writer.drain();

      expect(system.mostAtOnce).toBeLessThanOrEqual(concurrency);
      expect(new Set(order).size).toBe(order.length);
      // For each source record the writes went out in the order they were planned in.
      const rank = new Map(writes.map((write, at) => [write.intent.id, at]));
      for (const source of new Set(steps.map((step) => `s${step.source}`))) {
        const ranks = order.filter((id) => rank.has(id) && ledger.writes.get(id)?.write.intent.sourceId === source).map((id) => rank.get(id) ?? 0);
        expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
      }
      // Each write came to an end of its own, or there is trouble that says why it did not.
      const states = ledger.states();
      expect(ledger.letters).toHaveLength(states.refused ?? 0);
      if (trouble.current() === undefined) {
        expect(page.settledWrites).toBe(writes.length);
        expect(states.sent ?? 0).toBe(0);
      }
    }), { numRuns: 60 });
  });
});

describe('a batch writer and its ledger', () => {
  test('sends nothing of a batch when the ledger refuses one of its writes, and says that somebody else is at it', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    const page = watchedPage();
    ledger.refuses = (write) => write.intent.sourceId === 'c3';
    await addAll(sourceIds(5).map((id) => planned(id, 'create', page)));
    await writer.drain();
    expect(system.sent).toEqual([]);
    expect(ledger.states()).toEqual({ 'not-executed': 4 });
    expect(page).toMatchObject({ settledWrites: 0, counts: {} });
    expect(trouble.current()?.kind).toBe('busy');
  });

  test('parks no record that the ledger refused, on the last attempt either', async () => {
    const { writer, ledger, trouble, addAll } = writerUnderTest({ isolate: true });
    ledger.refuses = () => true;
    await addAll(sourceIds(3).map((id) => planned(id)));
    await writer.drain();
    expect(ledger.letters).toEqual([]);
    expect(trouble.current()?.kind).toBe('busy');
  });

  test('row 3: sends nothing that was intended too long ago, as in a process that was frozen', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ sendWithinMs: 20 });
    const intend = ledger.intend.bind(ledger);
    ledger.intend = async (writes) => {
      const accepted = await intend(writes);
      await sleep(30);
      return accepted;
    };
    await addAll(sourceIds(3).map((id) => planned(id)));
    await writer.drain();
    expect(system.sent).toEqual([]);
    expect(ledger.states()).toEqual({ 'not-executed': 3 });
    expect(trouble.current()?.kind).toBe('busy');
  });

  test('sends nothing when the ledger does not answer, and fails with that: it is no trouble with the system', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest();
    ledger.failsAt = 'intend';
    await addAll([planned('c1')]);
    await expect(writer.drain()).rejects.toThrow('the database does not answer');
    expect(system.sent).toEqual([]);
    expect(trouble.current()).toBeUndefined();
  });

  test.each(['settle', 'park'] as const)('fails when the ledger cannot %s, also when that happens while nobody waits', async (step) => {
    const { writer, system, ledger, addAll } = writerUnderTest({ fake: { batchSize: 1 } });
    system.answer = () => ({ outcome: 'park', message: 'no' });
    ledger.failsAt = step;
    await addAll([planned('c1')]);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    await expect(writer.drain()).rejects.toThrow('the database does not answer');
  });

  test('records an intent once when the same request goes out again after a 429', async () => {
    const { writer, system, ledger } = writerUnderTest();
    const write = system.write.bind(system);
    let asked = 0;
    system.write = (object, items, signal, beforeSend) => write(object, items, signal, async (positions) => {
      asked += 1;
      return (await beforeSend?.(positions) ?? true) && (await beforeSend?.(positions) ?? true);
    });
    await writer.add(planned('c1'));
    await writer.drain();
    expect(asked).toBe(1);
    expect(ledger.states()).toEqual({ acknowledged: 1 });
  });
});

describe('a batch writer on the last attempt', () => {
  test('sends each record alone and parks only the one that cannot be written', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ isolate: true });
    system.answer = ({ fields }) => (fields['name'] === 'c7' ? { outcome: 'retry', status: 500, message: 'internal error' } : undefined);
    await addAll(sourceIds(20).map((id) => planned(id)));
    await writer.drain();
    expect(system.sent.every(({ items }) => items.length === 1)).toBe(true);
    expect(ledger.states()).toEqual({ acknowledged: 19, refused: 1 });
    expect(ledger.letters).toMatchObject([{ sourceId: 'c7', code: 'retries-exhausted', message: 'internal error' }]);
    expect(trouble.current()).toBeUndefined();
  });

  test('sees that it is the system that is ill when nothing succeeds, and parks no more', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ isolate: true, concurrency: 1 });
    system.answer = () => ({ outcome: 'retry', status: 503, message: 'down' });
    await addAll(sourceIds(50).map((id) => planned(id)));
    await writer.drain();
    expect(ledger.letters.length).toBeLessThan(5);
    expect(trouble.current()?.kind).toBe('unavailable');
  });

  test('sees it as well when the system falls ill after some successes', async () => {
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ isolate: true, concurrency: 1 });
    let answered = 0;
    system.answer = () => { answered += 1; return answered <= 10 ? undefined : { outcome: 'retry', status: 503, message: 'down' }; };
    await addAll(sourceIds(500).map((id) => planned(id)));
    await writer.drain();
    expect(ledger.letters.length).toBeLessThan(100);
    expect(trouble.current()?.kind).toBe('unavailable');
  });

  test('parks no record because the worker was told to stop', async () => {
    const controller = new AbortController();
    const { writer, system, ledger, trouble, addAll } = writerUnderTest({ isolate: true, signal: controller.signal });
    system.answer = () => { controller.abort(); return { outcome: 'retry', message: 'was not sent: aborted' }; };
    await addAll([planned('c1')]);
    await writer.drain();
    expect(ledger.letters).toEqual([]);
    expect(trouble.current()?.kind).toBe('unavailable');
  });

  test.each(['unknown', 'rate-limited', 'fail'] as const)('parks no record for the outcome %s, which is not about the record', async (outcome) => {
    const { writer, system, ledger, addAll } = writerUnderTest({ isolate: true });
    system.answer = () => ({ outcome, message: 'says the system' });
    await addAll([planned('c1')]);
    await writer.drain();
    expect(ledger.letters).toEqual([]);
  });
});

describe('what follows an answer', () => {
  test('an existing record is adopted, and the write that follows ends the page', async () => {
    const page = watchedPage();
    const { writer, system, ledger, addAll } = writerUnderTest({
      followUps: { adopt: async (write, existingId) => planned(write.intent.sourceId, 'update', page, { externalId: existingId }), readAgain: async () => undefined },
    });
    system.put('t-old', {});
    system.answer = ({ kind }) => (kind === 'create' ? { outcome: 'exists', id: 't-old', message: 'exists' } : undefined);
    await addAll([planned('c1', 'create', page)]);
    await writer.drain();
    expect(system.sent.map(({ kind, items }) => [kind, items[0]?.id])).toEqual([['create', null], ['update', 't-old']]);
    expect(ledger.states()).toEqual({ 'not-executed': 1, acknowledged: 1 });
    expect(page.settledWrites).toBe(1);
  });

  test('two creates that are answered with one and the same record are not both acknowledged', async () => {
    const adopted: string[] = [];
    const { writer, system, ledger, addAll } = writerUnderTest({
      followUps: { adopt: async (write, existingId) => { adopted.push(`${write.intent.sourceId} ${existingId}`); return undefined; }, readAgain: async () => undefined },
    });
    system.answer = () => ({ outcome: 'ok', id: 't1', version: '1' });
    await addAll([planned('c1'), planned('c2')]);
    await writer.drain();
    expect(ledger.states()).toEqual({ acknowledged: 1, 'not-executed': 1 });
    expect(adopted).toEqual(['c2 t1']);
  });

  test('a follow-up that fails comes out, also when that happens while nobody waits', async () => {
    const { writer, system, addAll } = writerUnderTest({ fake: { batchSize: 1 }, followUps: { adopt: () => Promise.reject(new Error('GET /members/t1 failed')), readAgain: async () => undefined } });
    system.answer = () => ({ outcome: 'exists', id: 't1' });
    await addAll([planned('c1')]);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    await expect(writer.drain()).rejects.toThrow('GET /members/t1 failed');
  });

  test('many follow-ups keep to the number of requests that may be open at once', async () => {
    const { writer, system, addAll } = writerUnderTest({
      concurrency: 2, followUps: { adopt: async (write) => planned(write.intent.sourceId, 'update'), readAgain: async () => undefined },
    });
    system.whileSent = async () => { for (let turn = 0; turn < 5; turn += 1) await setImmediate(); };
    system.answer = ({ kind }) => (kind === 'create' ? result({ outcome: 'exists', id: 't1' }) : { outcome: 'ok' });
    await addAll(sourceIds(40).map((id) => planned(id)));
    await writer.drain();
    expect(system.mostAtOnce).toBeLessThanOrEqual(2);
  });
});
