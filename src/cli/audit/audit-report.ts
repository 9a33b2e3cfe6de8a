import { readNetworkEntries } from '../../egress/network-rules.js';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runAudit } from '../../audit/run-audit.js';
import { loadDefinitions, readSecretFile } from '../../config/definition-set.js';
import { parseDuration } from '../../config/duration.js';
import { resolveReferences } from '../../config/references.js';
import { didYouMean } from '../../config/suggestion.js';
import type { JsonObject } from '../../contracts/json.js';
import type { RestSystemDefinition } from '../../contracts/system-definition.js';
import { isJsonObject } from '../../domain/json-pointer.js';
import { newId } from '../../store/new-id.js';
import type { AuditReport } from '../../contracts/audit.js';
import { openApiActions } from '../../drafting/draft-of-openapi.js';
import { DraftSourceError, isOpenApi, parseDocument } from '../../drafting/read-openapi.js';
import { auditMarkdown } from '../../reports/audit-markdown.js';
import { badInput, CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { openTrial } from './trial-ledger.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import { printable } from '../terminal/printable.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import { count, counted, duration } from '../terminal/wording.js';

/** AuditReportOptions is what the command line can say of an audit. */
export interface AuditReportOptions {
  readonly definitions?: string;
  readonly records?: number;
  readonly every?: string;
  readonly openapi?: string;
  readonly writes?: string;
  readonly load: boolean;
  readonly concurrency: number;
  readonly maxRequests: number;
  readonly maxTime: string;
  readonly out?: string;
}

/** auditReport audits a system; throws CommandError for a system that is not defined, or a folder that cannot be written to. */
export async function auditReport({ session, terminal, signal }: CommandContext, system: string, options: AuditReportOptions): Promise<Report> {
  const everyMs = options.every === undefined ? null : (parseDuration(options.every) ?? null);
  if (options.every !== undefined && (everyMs === null || everyMs === 0)) throw badInput(`"${options.every.slice(0, 20)}" is no duration.`, { todo: 'Write it as in --every 5m.' });
  const folder = definitionsFolder({ given: options.definitions, env: process.env, orSandbox: session.isLocal() });
  const env = session.environment();
  const set = await loadDefinitions(folder, { env });
  const definition = set.systems.get(system);
  if (definition === undefined) {
    const broken = set.sources.some(({ kind, name }) => kind === 'system' && name === system);
    if (broken) throw badInput(`The definition of "${system.slice(0, 60)}" has errors.`, { where: folder, todo: `See them with "crosswalk check ${folder}".` });
    throw badInput(`There is no system "${system.slice(0, 60)}"${sentenceEnd(didYouMean(system, [...set.systems.keys()]))}`, { where: folder, todo: `It has: ${[...set.systems.keys()].join(', ')}.` });
  }
  if (definition.medium !== undefined) throw badInput(`"${system.slice(0, 60)}" has no HTTP API; an audit asks HTTP APIs only.`, { where: folder, todo: 'Look at its documentation, and at what "crosswalk explain" says of it.' });
  const isTest = definition.environment === 'sandbox' || definition.environment === 'test';
  const load = options.load && isTest;
  const bounds = { requests: options.maxRequests, timeMs: parseDuration(options.maxTime) ?? 120_000, concurrency: load ? options.concurrency : definition.limits.concurrency };
  const actions = options.openapi === undefined ? [] : await actionsOf(options.openapi);
  const writes = options.writes === undefined ? undefined : await fieldsToWrite(options.writes, definition, isTest);
  terminal.note(`Asks ${definition.title} at most ${counted(bounds.requests, 'request')} in at most ${duration(bounds.timeMs)}, ${load ? `up to ${bounds.concurrency} at the same time and until it refuses` : 'one after the other within its declared limits'}. ${writes === undefined ? 'Nothing is written.' : `One record of each of ${[...writes.keys()].join(', ')} is made and taken away again.`}`);
  const trial = writes === undefined ? undefined : await openTrial(await session.database(), system);
  const display = new ProgressDisplay(terminal.errors);
  let report: AuditReport;
  try {
    report = await runAudit({
      definition, networkAllow: readNetworkEntries(env['CROSSWALK_NETWORK_ALLOW']), load, bounds, everyMs, signal, now: new Date(),
      resolve: (text) => resolveReferences(text, { env, readFile: readSecretFile, baseFolder: folder }),
      records: options.records ?? null, actions, ...(writes === undefined || trial === undefined ? {} : { writes: { fields: writes, ledger: trial.ledger, newId } }),
      onProgress: (text, requests) => {
        const line = `${counted(requests, 'request')}: ${printable(text)}`;
        display.show(() => line, () => line);
      },
    });
  } finally {
    display.clear();
    await trial?.close();
  }
  const files = options.out === undefined ? [] : await writeReport(report, options.out);
  return {
    data: files.length === 0 ? report : { ...report, files },
    text: (style) => [auditMarkdown(report).trimEnd(), ...(files.length === 0 ? [] : ['', style.colors.dim(`Wrote ${files.map(printable).join(' and ')}.`)])].join('\n'),
    ...(report.objects.some(({ firstPage }) => firstPage !== null) ? {} : { exitCode: exitCodes.failed }),
  };
}

async function fieldsToWrite(file: string, { system, objects, environment }: RestSystemDefinition, isTest: boolean): Promise<ReadonlyMap<string, JsonObject>> {
  if (!isTest) throw badInput(`${system} is a ${environment ?? 'production'} system, where an audit writes nothing.`, { todo: 'Audit a test system or a sandbox, whose definition says so under "environment".' });
  const text = await readFile(file, 'utf8').catch((): never => { throw badInput('The file of --writes cannot be read.', { where: file, todo: 'Name a file that is there.' }); });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value as JsonObject) : [];
  const wrong = entries.find(([object, fields]) => objects[object]?.create === undefined || !isJsonObject(fields))?.[0];
  if (entries.length > 0 && wrong === undefined) return new Map(entries.flatMap(([object, fields]) => (isJsonObject(fields) ? [[object, fields] as const] : [])));
  const creatable = Object.entries(objects).filter(([, { create }]) => create !== undefined).map(([object]) => object);
  throw badInput(wrong === undefined ? 'The file of --writes is no JSON object of objects with fields.' : `"${wrong.slice(0, 60)}" is no object of ${system} with a "create", or its fields are no object.`, { where: file, todo: `Write it as in {"${creatable[0] ?? 'contact'}": {"name": "Trial"}}; it can be: ${creatable.join(', ')}.` });
}

async function actionsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((): never => { throw badInput('The OpenAPI document cannot be read.', { where: file, todo: 'Name a file that is there.' }); });
  try {
    const document = parseDocument(text);
    if (isOpenApi(document)) return openApiActions(document);
  } catch (error) {
    if (!(error instanceof DraftSourceError)) throw error;
  }
  throw badInput('The file is no OpenAPI document.', { where: file, todo: 'Give one as JSON or YAML.' });
}

async function writeReport(report: AuditReport, folder: string): Promise<string[]> {
  const files = [['md', auditMarkdown(report)], ['json', `${JSON.stringify(report, null, 2)}\n`]] as const;
  try {
    await mkdir(folder, { recursive: true });
    for (const [ending, text] of files) await writeFile(path.join(folder, `audit-${report.system}.${ending}`), text);
  } catch (error) {
    throw new CommandError('The report cannot be written.', { where: folder, todo: `Name a folder that may be written to. ${count(report.used.requests)} requests were spent.`, cause: error });
  }
  return files.map(([ending]) => path.join(folder, `audit-${report.system}.${ending}`));
}
