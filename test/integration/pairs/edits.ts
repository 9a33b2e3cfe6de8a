import * as fc from 'fast-check';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { FakeSystem } from '../../support/fake-system.js';

/** Edit is something that a person does in one of the two systems; `which` picks among the records that are there. */
export type Edit =
  | { readonly kind: 'create'; readonly atBoth: boolean; readonly side: 'source' | 'target'; readonly values: JsonObject }
  | { readonly kind: 'change'; readonly side: 'source' | 'target'; readonly which: number; readonly values: JsonObject }
  | { readonly kind: 'change e-mail'; readonly side: 'source' | 'target'; readonly which: number }
  | { readonly kind: 'delete'; readonly side: 'source' | 'target'; readonly which: number };

const side = fc.constantFrom('source' as const, 'target' as const);
const which = fc.nat({ max: 20 });
const name = fc.constantFrom('Ada', 'Bob', 'Cleo', 'Zoë');
const phone = fc.constantFrom('1', '2', '3');
const tags = fc.subarray(['a', 'b', 'c']);
const values = fc.record({ name, phone, tags, text: fc.constantFrom('x', 'y') }, { requiredKeys: [] });

/** anyEdit is any of them, changes more often than others. */
export const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), atBoth: fc.boolean(), side, values }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('change' as const), side, which, values }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change e-mail' as const), side, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), side, which }) },
);

let made = 0;

/** applyEdit carries an edit out; one that finds no record does nothing. */
export function applyEdit(edit: Edit, source: FakeSystem, target: FakeSystem): void {
  const system = edit.side === 'source' ? source : target;
  if (edit.kind === 'create') {
    made += 1;
    const email = `p${made}@example.org`;
    system.put(`own-${made}`, shaped(edit.side, { name: `new ${made}`, ...edit.values, email }));
    if (!edit.atBoth) return;
    const other = edit.side === 'source' ? 'target' : 'source';
    (other === 'source' ? source : target).put(`own-${made}`, shaped(other, { name: `new ${made}`, email }));
    return;
  }
  const records = [...system.records.values()].filter(({ inactive }) => !inactive);
  const record = records[edit.which % Math.max(1, records.length)];
  if (record === undefined) return;
  if (edit.kind === 'delete') {
    system.records.delete(record.id);
    return;
  }
  made += 1;
  const changed = edit.kind === 'change' ? edit.values : { email: `p${made}@new.example` };
  system.records.set(record.id, { ...record, version: String(Number(record.version) + 1), data: { ...record.data, ...shaped(edit.side, changed) } });
}

function shaped(where: 'source' | 'target', { text, ...rest }: JsonObject): JsonObject {
  return text === undefined ? rest : { ...rest, [where === 'source' ? 'notes' : 'about']: text };
}
