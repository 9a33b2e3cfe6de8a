import type { RunCounts, RunMode } from '../../contracts/run.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { count } from '../terminal/wording.js';

type CountName = keyof RunCounts;

const always: readonly CountName[] = ['read', 'created', 'updated'];
const order: readonly CountName[] = ['read', 'created', 'updated', 'archived', 'deleted', 'unlinked', 'unchanged', 'ignored', 'parked', 'duplicates', 'recovered'];
const planned: Partial<Record<CountName, string>> = { created: 'create', updated: 'update', archived: 'archive', deleted: 'delete', unlinked: 'unlink', parked: 'park', duplicates: 'duplicate' };

/** countsTable shows a run's counts side by side; those that are zero and say nothing are left out. */
export function countsTable(counts: RunCounts, mode: RunMode, style: Style): string {
  const names = order.filter((name) => counts[name] > 0 || always.includes(name));
  const title = (name: CountName): string => (mode === 'plan' ? (planned[name] ?? name) : name);
  return table(names.map((name) => ({ title: title(name), align: 'right' })), [names.map((name) => count(counts[name]))], style);
}
