import { beforeEach, describe, expect, test } from 'vitest';
import { useAnnouncedSync } from './announced-sync.js';
import { holdAnswer } from './held-answer.js';
import { clean, type HttpSync } from './http-sync.js';

// Row 35 of the fault matrix: webhooks of one record come as v3, v1, v2. See docs/faults.md.
const announced = useAnnouncedSync(10, { source: { limits: { timeoutMs: 10_000 } }, target: { limits: { timeoutMs: 10_000 } } });
const { carry } = announced;
let sync: HttpSync;
beforeEach(() => { ({ sync } = announced); });

const change = (name: string): void => { sync.source.put('c3', { email: 'c3@example.org', name }); };

// Which version it tells of stands nowhere in it.
const webhook = (_version: number): Promise<void> => announced.store('c3');
const written = () => sync.target.ops.filter(({ op }) => op === 'update').map(({ fields }) => fields['name']);

describe('row 35: webhooks of three changes of one record come as v3, v1, v2', () => {
  test('all before any is worked on: the newest state is written, once', async () => {
    for (const version of [1, 2, 3]) change(`v${version}`);
    for (const version of [3, 1, 2]) await webhook(version);
    expect(await carry()).toBe('carried');
    expect([await carry(), await sync.judge(), written()]).toEqual(['nothing', clean, ['v3']]);
  });

  test('each worked on before the next comes: what the late ones tell of is not written any more', async () => {
    for (const version of [1, 2, 3]) change(`v${version}`);
    for (const version of [3, 1, 2]) {
      await webhook(version);
      expect(await carry()).toBe('carried');
    }
    expect([await sync.judge(), written()]).toEqual([clean, ['v3']]);
  });

  test('a late one comes while the record is read: it is read once more, and what it was meanwhile comes last', async () => {
    change('v1');
    await webhook(2);
    const read = holdAnswer(sync.source, 'GET /records/c3');
    const carrying = carry();
    await read.reached;
    change('v3');
    for (const version of [3, 1]) await webhook(version);
    read.release();
    expect([await carrying, await carry()]).toEqual(['carried', 'carried']);
    expect([await sync.judge(), written()]).toEqual([clean, ['v1', 'v3']]);
  });
});
