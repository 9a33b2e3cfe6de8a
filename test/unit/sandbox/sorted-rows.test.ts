import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedRows } from '../../../src/sandbox/engine/sorted-rows.js';

interface Item {
  readonly key: number;
}

const action = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), key: fc.nat(5000) }),
  fc.record({ kind: fc.constant('append' as const), key: fc.nat(50) }),
  fc.record({ kind: fc.constant('remove' as const), key: fc.nat(5000) }),
  fc.record({ kind: fc.constant('many' as const), key: fc.nat(1500) }),
);

test('sorted rows read like a sorted array, whatever is added and removed', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.nat(5000), fc.nat(3000), fc.integer({ min: 1, max: 700 }), (actions, probe, rank, limit) => {
      const rows = new SortedRows<Item, Item>((a, b) => a.key - b.key);
      const model = new Map<number, Item>();
      const add = (key: number): Item | undefined => {
        if (model.has(key)) return undefined;
        const item = { key };
        model.set(key, item);
        return item;
      };
      for (const { kind, key } of actions) {
        if (kind === 'remove') {
          const item = model.get(key);
          if (item !== undefined) rows.remove(item);
          model.delete(key);
        } else if (kind === 'many') {
          rows.insertMany(Array.from({ length: key }, (_, index) => add(index * 3)).filter((item) => item !== undefined));
        } else {
          const item = add(kind === 'append' ? Math.max(0, ...model.keys()) + 1 + key : key);
          if (item !== undefined) rows.insert(item);
        }
      }
      const sorted = [...model.values()].toSorted((a, b) => a.key - b.key);
      expect(rows.size).toBe(sorted.length);
      expect(rows.rank({ key: probe })).toBe(sorted.filter(({ key }) => key < probe).length);
      expect(rows.slice(rank, limit)).toEqual(sorted.slice(rank, rank + limit));
      expect(rows.slice(0, sorted.length + 1)).toEqual(sorted);
    }),
    { numRuns: 150 },
  );
});

test('removing what is not there changes nothing', () => {
  const rows = new SortedRows<Item, Item>((a, b) => a.key - b.key);
  rows.insert({ key: 1 });
  rows.remove({ key: 1 });
  rows.remove({ key: 2 });
  expect(rows.size).toBe(1);
});
