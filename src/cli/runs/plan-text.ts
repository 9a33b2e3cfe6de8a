import type { PreviewedWrite } from '../../contracts/dead-letter.js';
import type { Intent } from '../../store/ledger.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import type { RunCounts } from '../../contracts/run.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { count } from '../terminal/wording.js';
import { fieldChanges, fieldChangesTable } from './field-changes.js';

/** PlannedSync is what the text of a write needs of its sync. */
export type PlannedSync = Pick<SyncDefinition, 'from' | 'to' | 'fields'>;

/** plannedTotal is how many writes a plan came to. */
export function plannedTotal({ created, updated, archived, deleted }: RunCounts): number {
  return created + updated + archived + deleted;
}

/** planText shows the first writes of a plan, field by field. */
export function planText(writes: readonly Intent[], total: number, sync: PlannedSync, style: Style): string {
  const { colors } = style;
  const blocks = writes.map((write) => plannedWriteText(write, sync, style));
  const rest = total - writes.length;
  return [
    ...blocks,
    ...(rest > 0 ? [colors.dim(`  and ${count(rest)} more; --limit shows more of them`)] : []),
    total === 0 ? 'Nothing would be written.' : 'Nothing has been written.',
  ].join('\n');
}

/** plannedWriteText shows one planned write, field by field. */
export function plannedWriteText({ kind, sourceId, externalId, reason, before, after }: PreviewedWrite, { from, to, fields }: PlannedSync, style: Style): string {
  const { colors } = style;
  const paint = kind === 'create' ? colors.green : kind === 'update' ? colors.yellow : colors.red;
  const target = externalId === null ? `new ${to.system}.${to.object}` : `${to.system}.${to.object} ${externalId}`;
  const head = `  ${paint(kind)}  ${printable(`${from.system}.${from.object} ${sourceId} → ${target}`)}  ${colors.dim(printable(reason))}`;
  const changes = fieldChanges(kind === 'create' ? null : before, after, { fields });
  return changes.length === 0 ? head : `${head}\n${fieldChangesTable(changes, style)}`;
}
