import { differencesIn, shareOfDifferences } from '../../contracts/reconciliation.js';
import { reconciliationView } from '../../store/reconciliation-view.js';
import { lastReconciliations, recentReconciliations, type Reconciliation } from '../../store/reconciliations.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, distance } from '../terminal/wording.js';
import { percentText } from './reconciliation-text.js';

/** ListReportOptions is which reconciliations are listed. */
export interface ListReportOptions {
  readonly sync?: string;
  readonly byDepartment?: boolean;
  readonly limit: number;
}

/** listReport is what `crosswalk reconciliations` says; throws CommandError for a sync that there is not. */
export async function listReport({ session }: CommandContext, { sync, byDepartment, limit }: ListReportOptions): Promise<Report> {
  const database = await session.database();
  if (byDepartment === true) {
    const departments = departmentSums(await lastReconciliations(database));
    return { data: { departments }, text: (style) => (departments.length === 0 ? none : departmentsTable(departments, style)) };
  }
  const found = await recentReconciliations(database, limit, sync);
  // Reports outlive a retired sync; only a name without any can be mistyped.
  if (sync !== undefined && found.length === 0) await activeSync(database, sync);
  return { data: { reconciliations: found.map(reconciliationView) }, text: (style) => (found.length === 0 ? none : listTable(found, style)) };
}

const none = 'Nothing has been reconciled yet. "crosswalk reconcile NAME" does it now.';

function listTable(found: readonly Reconciliation[], style: Style): string {
  const { colors, now } = style;
  const rows = found.map(({ id, sync, state, startedAt, counts, alert, plan }): Cell[] => {
    const total = differencesIn(counts);
    return [
      sync, distance(startedAt, now), { text: state, paint: state === 'succeeded' ? colors.green : state === 'running' ? colors.cyan : colors.red },
      count(counts.source), count(counts.target), { text: count(total), paint: total > 0 ? colors.yellow : colors.dim }, percentText(shareOfDifferences(counts)),
      alert ? { text: 'alert', paint: colors.red } : plan === null ? '' : 'planned', { text: id, paint: colors.dim },
    ];
  });
  const numbers = ['source', 'target', 'differences', 'share'].map((title) => ({ title, align: 'right' as const }));
  return table([{ title: 'sync' }, { title: 'when' }, { title: 'state' }, ...numbers, { title: '' }, { title: 'id' }], rows, style, 0);
}

/** DepartmentSum is what the newest reconciliations of a department's syncs come to. */
export interface DepartmentSum {
  /** Null for syncs that name no owner. */
  readonly department: string | null;
  readonly syncs: number;
  /** Records of the larger side of each sync. */
  readonly records: number;
  readonly onlySource: number;
  readonly onlyTarget: number;
  readonly differs: number;
  readonly duplicates: number;
  readonly differences: number;
  readonly alerts: number;
}

/** departmentSums adds reconciliations up by department, the one with the most differences first. */
export function departmentSums(reconciliations: readonly Pick<Reconciliation, 'owner' | 'counts' | 'alert'>[]): DepartmentSum[] {
  const sums = new Map<string | null, DepartmentSum>();
  for (const { owner, counts, alert } of reconciliations) {
    const { syncs, records, onlySource, onlyTarget, differs, duplicates, differences, alerts } = sums.get(owner) ?? { syncs: 0, records: 0, onlySource: 0, onlyTarget: 0, differs: 0, duplicates: 0, differences: 0, alerts: 0 };
    sums.set(owner, {
      department: owner, syncs: syncs + 1, records: records + Math.max(counts.source, counts.target), onlySource: onlySource + counts.onlySource, onlyTarget: onlyTarget + counts.onlyTarget,
      differs: differs + counts.differs, duplicates: duplicates + counts.duplicates, differences: differences + differencesIn(counts), alerts: alerts + (alert ? 1 : 0),
    });
  }
  return [...sums.values()].toSorted((a, b) => b.differences - a.differences || ((a.department ?? '') < (b.department ?? '') ? -1 : 1));
}

function departmentsTable(departments: readonly DepartmentSum[], style: Style): string {
  const numbers = ['syncs', 'records', 'only source', 'only target', 'differs', 'duplicates', 'share', 'alerts'].map((title) => ({ title, align: 'right' as const }));
  const rows = departments.map((sum): Cell[] => [
    sum.department ?? '(no owner)', count(sum.syncs), count(sum.records), count(sum.onlySource), count(sum.onlyTarget), count(sum.differs), count(sum.duplicates),
    percentText(sum.records === 0 ? 0 : sum.differences / sum.records), { text: count(sum.alerts), paint: sum.alerts > 0 ? style.colors.red : style.colors.dim },
  ]);
  return table([{ title: 'department' }, ...numbers], rows, style, 0);
}
