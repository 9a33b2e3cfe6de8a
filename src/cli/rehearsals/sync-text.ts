import { isTwoWay, type SyncDefinition } from '../../contracts/sync-definition.js';
import type { RehearsedSync } from '../../rehearsal/rehearse-sync.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { shownValue } from '../terminal/wording.js';
import { wrapped } from '../terminal/wrap.js';

/** SyncTestView is what is shown of the test of a sync. */
export interface SyncTestView {
  readonly sync: SyncDefinition;
  readonly origin: string;
  readonly id: string;
  readonly result: RehearsedSync;
}

const reasons: Readonly<Record<RehearsedSync['reason'], string>> = {
  new: 'it has no counterpart', changed: 'fields differ', 'base-unknown': 'it is not known on what both sides agreed', 'active-again': 'it is back at the source', unchanged: 'nothing has changed',
  deleted: 'it is deleted at the source', 'deleted-not-linked': 'it is deleted at the source, and has no counterpart', 'delete-ignored': 'it is deleted at the source, which the sync ignores', 'already-archived': 'its counterpart is archived already',
  inactive: 'it is inactive at the source', 'inactive-not-linked': 'it is inactive at the source, and has no counterpart', 'inactive-ignored': 'it is inactive at the source, which the sync ignores',
  'out-of-scope': 'it is not in the scope of the sync', 'not-mapped': 'it cannot be mapped', 'several-counterparts': 'several records could be its counterpart',
  duplicate: 'it seems to be there twice at the source',
};

/** syncText shows what a sync would do for a record, field by field. */
export function syncText({ sync, origin, id, result }: SyncTestView, style: Style): string {
  const { colors } = style;
  const { does, reason, counterpart, changes, problems, repairs, notes } = result;
  const target = `${sync.to.system}.${sync.to.object}`;
  const what = { create: `A ${target} would be created`, update: `${target} ${counterpart?.id ?? ''} would be changed`, archive: `${target} ${counterpart?.id ?? ''} would be archived`, delete: `${target} ${counterpart?.id ?? ''} would be deleted`, unlink: `The link with ${target} ${counterpart?.id ?? ''} would be taken off`, skip: 'Nothing would be done', park: 'It would become a dead letter' }[does];
  const rows = changes.map(({ field, now, after, changedThere }): Cell[] => [field, shownValue(now), shownValue(after), changedThere ? { text: 'changed at the target since both agreed', paint: colors.yellow } : '']);
  return [
    colors.bold(printable(`Test of ${sync.sync} (${origin}) with ${sync.from.system}.${sync.from.object} ${id}`)),
    'Records are read as they are. Nothing is written.', '',
    (does === 'park' ? colors.red : does === 'skip' ? colors.dim : colors.green)(printable(`${what}: ${reasons[reason]}.`)),
    ...(counterpart === null ? [] : [printable(counterpart.by === 'link' ? `It is linked with ${target} ${counterpart.id}.` : `${target} ${counterpart.id} has the same ${counterpart.field ?? 'key'}; they would be linked.`)]),
    ...problems.map(({ field, message }) => wrapped(`${field}: ${message}`, style, '  ')),
    ...(rows.length === 0 ? [] : ['', table(['field', 'at the target', 'would be', ''].map((title) => ({ title })), rows, style)]),
    ...(repairs.length === 0 ? [] : ['', `Repaired on the way: ${repairs.map(({ field, repair }) => `${field} (${repair})`).join(', ')}.`]),
    ...(isTwoWay(sync) ? ['', 'Only the way to the target is tested; what changed there is merged by a run.'] : []),
    ...notes.map((note) => wrapped(`Note: ${note}`, style)), '',
    'None was sent.',
  ].join('\n');
}
