import type { JsonObject } from '../../contracts/json.js';
import type { ObjectReference, SyncDefinition } from '../../contracts/sync-definition.js';
import { sameJson } from '../../domain/json-equal.js';
import type { RecordBase, RecordHistory, RecordLink, RecordWrite } from '../../store/record-history.js';
import type { DeadLetterDetail } from '../../store/dead-letter-lookup.js';
import { fieldChanges, fieldChangesTable, inMappingOrder } from '../runs/field-changes.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { moment, shownValue } from '../terminal/wording.js';
import type { LiveValue } from './read-live.js';

/** RecordView is all that is shown of a record. */
export interface RecordView {
  readonly record: ObjectReference & { readonly id: string };
  readonly history: RecordHistory;
  readonly live: readonly LiveValue[];
  /** Syncs in force, which tell what a base is compared with. */
  readonly syncs: readonly SyncDefinition[];
}

/** recordText shows a record: links, values now and when both sides agreed, dead letters, writes. */
export function recordText({ record, history, live, syncs }: RecordView, style: Style): string {
  const { colors } = style;
  const heading = (text: string): string => colors.bold(text);
  const name = printable(`${record.system}.${record.object} ${record.id}`);
  return [
    heading(name),
    history.entityId === null ? '  not linked with any record' : `  entity ${history.entityId}`,
    ...(history.links.length > 0 ? ['', heading('Links'), linksTable({ history, live, syncs }, style)] : []),
    ...history.bases.flatMap((base) => ['', heading(`Values of ${printable(base.sync)}${base.state === 'live' ? '' : `, before it was ${base.state}`}`), ...baseText(base, { history, live, syncs }, style)]),
    ...live.filter((value) => !isCompared(value, history, syncs)).flatMap((value) => liveText(value, style)),
    ...history.deadLetters.flatMap((letter) => ['', heading(colors.yellow('Dead letter')), deadLetterText(letter, style)]),
    ...(history.writes.length > 0 ? ['', heading('Writes, the newest first'), ...history.writes.map((write) => writeText(write, definitionOf(write.sync, syncs), style))] : []),
  ].join('\n');
}

function linksTable({ history, live, syncs }: Omit<RecordView, 'record'>, style: Style): string {
  const { colors } = style;
  const rows = history.links.map((link): Cell[] => {
    const state = linkState(link, history, syncs);
    const answer = live.find((value) => isOf(value, link));
    const now = answer === undefined ? '' : answer.problem ?? (answer.record === null ? 'not there' : answer.record.deleted ? 'deleted' : answer.record.inactive ? 'inactive' : 'there');
    return [`${link.system}.${link.object}`, link.id, { text: state, paint: state === 'live' ? colors.green : colors.yellow }, link.version ?? '–', now];
  });
  return table(['object', 'id', 'link', 'version', ...(live.length > 0 ? ['in the system now'] : [])].map((title) => ({ title })), rows, style);
}

/** The link of a record that a sync has archived stays, so that it can be taken up again; what the sync did is in its base. */
function linkState(link: RecordLink, { bases, writes }: RecordHistory, syncs: readonly SyncDefinition[]): string {
  const written = bases.filter(({ sync }) => {
    const target = definitionOf(sync, syncs)?.to ?? writes.find((write) => write.sync === sync);
    return target?.system === link.system && target.object === link.object;
  });
  if (link.state !== 'live' || written.length === 0 || written.some(({ state }) => state === 'live')) return link.state;
  return written[0]?.state ?? link.state;
}

function isOf(value: LiveValue, link: ObjectReference & { readonly id: string }): boolean {
  return value.system === link.system && value.object === link.object && value.id === link.id;
}

function definitionOf(sync: string, syncs: readonly SyncDefinition[]): SyncDefinition | undefined {
  return syncs.find((candidate) => candidate.sync === sync);
}

/** The live record that a base is about: the one at the target of its sync. */
function targetOf(sync: string, { history, live, syncs }: Omit<RecordView, 'record'>): LiveValue | undefined {
  const target = definitionOf(sync, syncs)?.to;
  const link = history.links.find(({ system, object, state }) => system === target?.system && object === target.object && (state === 'live' || state === 'missing'));
  return link === undefined ? undefined : live.find((value) => isOf(value, link));
}

function isCompared(value: LiveValue, history: RecordHistory, syncs: readonly SyncDefinition[]): boolean {
  return history.bases.some(({ sync }) => targetOf(sync, { history, live: [value], syncs })?.record != null);
}

function baseText({ sync, values }: RecordBase, view: Omit<RecordView, 'record'>, style: Style): string[] {
  const { colors } = style;
  const now = targetOf(sync, view);
  const data = now?.record?.data;
  const rows = inMappingOrder(values, definitionOf(sync, view.syncs)).map(([field, value]): Cell[] => {
    if (data === undefined) return [field, shownValue(value)];
    const live = data[field] ?? null;
    const same = sameJson(live, value);
    return [field, shownValue(value), { text: shownValue(live), paint: same ? colors.dim : colors.yellow }, same ? '' : { text: 'differs', paint: colors.yellow }];
  });
  const titles = data === undefined ? ['field', 'last agreed'] : ['field', 'last agreed', `now at ${now?.system}.${now?.object} ${now?.id}`, ''];
  return [table(titles.map((title) => ({ title })), rows, style)];
}

function liveText({ system, object, id, record }: LiveValue, style: Style): string[] {
  if (record === null) return [];
  const rows = Object.entries(record.data satisfies JsonObject).map(([field, value]) => [field, shownValue(value)]);
  return ['', style.colors.bold(printable(`${system}.${object} ${id} now`)), table([{ title: 'field' }, { title: 'value' }], rows, style)];
}

function deadLetterText({ id, sync, stage, code, problems, message, lastAt }: DeadLetterDetail, { colors }: Style): string {
  const reasons = problems.length > 0 ? problems.map((problem) => `${problem.field}: ${problem.message}`) : [message];
  return [`  ${printable(`${sync}  ${stage} ${code}`)}  ${colors.dim(moment(lastAt))}`, ...reasons.map((reason) => `  ${printable(reason)}`), colors.dim(`  ${id}`)].join('\n');
}

function writeText(write: RecordWrite, sync: SyncDefinition | undefined, style: Style): string {
  const { colors } = style;
  const paint = { acknowledged: colors.green, sent: colors.cyan, refused: colors.red, 'not-executed': colors.red, unknown: colors.yellow, planned: colors.dim }[write.state];
  const changes = fieldChanges(write.kind === 'create' ? null : write.before, write.after, sync);
  return [
    `  ${moment(write.at)}  ${write.kind} ${printable(`${write.system}.${write.object} ${write.externalId ?? '(new)'}`)}  ${paint(write.state)}  ${printable(write.reason)}`,
    colors.dim(`    ${printable(`${write.sync} v${write.definitionVersion}, from ${write.sourceId}, ${write.runMode ?? 'unknown'} run ${write.runId}`)}`),
    ...(write.message === null ? [] : [`    ${printable(write.message)}`]),
    ...(changes.length > 0 ? [fieldChangesTable(changes, style)] : []),
  ].join('\n');
}
