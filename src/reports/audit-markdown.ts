import type { AuditReport, ErrorShape, LoadFacts, ObjectFacts, Throttle, WriteTrial } from '../contracts/audit.js';
import { span } from '../domain/audit/full-read.js';
import { rateOf } from '../domain/audit/throttle.js';
import { escapeMarkdown } from './escaped.js';

/** auditMarkdown writes the audit of a system as Markdown: the advice first, then what it rests on. */
export function auditMarkdown(report: AuditReport): string {
  const { title, system, environment, at, used, bounds } = report;
  return [
    `# Audit of ${escapeMarkdown(title)}`,
    escapeMarkdown(`System ${system}, environment ${environment}, on ${at.slice(0, 16).replace('T', ' ')} UTC. ${used.requests.toLocaleString('en-US')} requests in ${span(used.timeMs / 1_000)}, of at most ${bounds.requests.toLocaleString('en-US')} in ${span(bounds.timeMs / 1_000)}. ${report.trials.length === 0 ? 'Nothing was written.' : 'One record of each of some objects was made and taken away again.'}`),
    ...adviceParts(report),
    ...(report.fullRead === null ? [] : [`## A full read of ${report.fullRead.records.toLocaleString('en-US')} records`, list(report.fullRead.reasons)]),
    ...accessParts(report),
    ...objectParts(report.objects),
    ...loadParts(report.load),
    ...trialParts(report.trials),
    ...errorParts(report.errors),
    ...(report.actions.length === 0 ? [] : ['## Actions of its OpenAPI document', list(report.actions)]),
    ...(report.notMeasured.length === 0 ? [] : ['## What is not known', list(report.notMeasured)]),
  ].join('\n\n') + '\n';
}

/** throttleText says where a system begins to refuse, in one sentence. */
export function throttleText({ kind, afterRequests, afterMs, atConcurrency, retryAfterMs, sustainedPerSecond, burst }: Throttle): string {
  const wait = retryAfterMs === null ? '' : `; it asks to wait ${span(retryAfterMs / 1_000)}`;
  if (kind === 'concurrency') return `Refused with ${atConcurrency} requests at the same time${wait}.`;
  const limit = sustainedPerSecond === null ? '' : ` The limit behind it is about ${sustainedPerSecond} requests a second, and about ${burst ?? 1} at once after a pause.`;
  return `Refused after ${afterRequests} requests in ${span(afterMs / 1_000)} with ${atConcurrency} at the same time${wait}.${limit}`;
}

function adviceParts({ advice }: AuditReport): readonly string[] {
  const settings = [
    `when: { realtime: ${advice.realtime}, every: ${advice.everyMs / 60_000}m${advice.fullRead === null ? '' : `, fullRead: "${advice.fullRead} UTC"`} }`,
    `limits: { ${advice.requestsPerSecond === null ? '' : `requestsPerSecond: ${advice.requestsPerSecond}, `}concurrency: ${advice.concurrency} }   # of the system`,
  ];
  return ['## Recommended strategy', `\`\`\`yaml\n${settings.join('\n')}\n\`\`\``, list(advice.reasons)];
}

function accessParts({ auth, webhooks, declared }: AuditReport): readonly string[] {
  return ['## Access', list([
    `Credentials: ${auth}.`,
    `Webhooks: ${webhooks ?? 'none defined'}.`,
    `Declared limits: ${declared.requestsPerSecond === null ? 'no rate' : `${declared.requestsPerSecond} requests a second, ${declared.burst} at once`}, ${declared.concurrency} at the same time.`,
  ])];
}

function objectParts(objects: readonly ObjectFacts[]): readonly string[] {
  if (objects.length === 0) return [];
  const problems = objects.flatMap(({ object, problems: all }) => all.map((problem) => `${object}: ${problem}`));
  return [
    '## Objects',
    table(
      ['object', 'actions', 'paging', 'first page', 'next page', 'changes since', 'looked up by', 'writes', 'deleted records'],
      objects.map((facts) => [
        facts.object, facts.operations.join(', '), facts.pageSize === 0 ? facts.paging : `${facts.paging}, ${facts.pageSize} asked for`,
        facts.firstPage === null ? 'not read' : `${facts.firstPage} in ${facts.firstPageMs ?? 0} ms`, facts.pagingWorks, facts.sinceWorks,
        facts.findBy.join(', ') || '–', writes(facts), deletes(facts),
      ]),
    ),
    ...(problems.length === 0 ? [] : [list(problems)]),
  ];
}

function writes({ writesInBatchesOf, idempotentCreates, checksVersions }: ObjectFacts): string {
  return [
    writesInBatchesOf === null ? '' : `batches of ${writesInBatchesOf}`, idempotentCreates ? 'idempotency key' : '', checksVersions ? 'checks versions' : '',
  ].filter((part) => part !== '').join(', ') || '–';
}

function deletes({ deletes: { by, seen } }: ObjectFacts): string {
  return by === 'mark' ? `marked${seen ? ', one was seen' : ''}` : 'only missing from a full read';
}

function loadParts(load: LoadFacts | null): readonly string[] {
  if (load === null) return [];
  return [
    '## Response times at rising load', escapeMarkdown(`The first page of ${load.object}, again and again.`),
    table(['at the same time', 'answered', 'refused', 'failed', 'half within', '19 of 20 within', 'answers a second'], load.levels.map((level) => [
      String(level.concurrency), String(level.answered), String(level.limited), String(level.failed),
      level.medianMs === null ? '–' : `${level.medianMs} ms`, level.p95Ms === null ? '–' : `${level.p95Ms} ms`, String(Math.round(rateOf(level))),
    ])),
    escapeMarkdown(load.throttle === null ? 'Nothing was refused within the bounds.' : throttleText(load.throttle)),
  ];
}

function trialParts(trials: readonly WriteTrial[]): readonly string[] {
  if (trials.length === 0) return [];
  return [
    '## How writes show',
    table(['object', 'created', 'can be read at once', 'in the changes', 'updated', 'an old version is', 'taken away', 'afterwards', 'removal in the changes'], trials.map((trial) => [
      trial.object, trial.createdMs === null ? trial.created : `${trial.created}, in ${trial.createdMs} ms`, trial.readBack, inChanges(trial.inChanges), trial.updated, trial.staleVersion, trial.removedBy ?? 'no', trial.afterwards, inChanges(trial.removalInChanges),
    ])),
    ...trials.some(isLeftBehind) ? [list(trials.filter(isLeftBehind).map(({ object, id }) => `${object} ${id ?? ''} is left behind: remove it by hand.`))] : [],
    ...trials.some(({ messages }) => messages.length > 0) ? [list(trials.flatMap(({ object, messages }) => messages.map((message) => `${object}: ${message}`)))] : [],
  ];
}

function inChanges(value: boolean | null): string {
  if (value === null) return 'no list of changes';
  return value ? 'yes' : 'no';
}

function isLeftBehind({ id, afterwards, removedBy }: WriteTrial): boolean {
  return id !== null && (afterwards === 'still there' || removedBy === null);
}

function errorParts(errors: readonly ErrorShape[]): readonly string[] {
  if (errors.length === 0) return [];
  return ['## How errors are answered', table(['asked', 'object', 'status', 'content type', 'body', ''], errors.map(({ asked, object, status, contentType, shape, reading }) => [
    asked, object ?? 'any', status === null ? '–' : String(status), contentType ?? '–', shape.join('; ') || '–', reading,
  ]))];
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}
