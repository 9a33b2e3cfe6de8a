import type { Page } from '../../src/contracts/connector.js';
import type { QualityCounts, QualityPlace } from '../../src/contracts/quality.js';
import type { QualityRunInput } from '../../src/contracts/quality-workflow.js';
import { noCounts, type RunCounts } from '../../src/contracts/run.js';
import type { WindowResult } from '../../src/contracts/sync-workflow.js';
import { SystemError } from '../../src/contracts/system-error.js';
import { compileRecordCheck, type RecordCheck } from '../../src/domain/quality/record-check.js';
import { storePage } from '../../src/store/quality-pages.js';
import { moveQualityRun } from '../../src/store/quality-runs.js';
import { superseded } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { readAhead } from '../sync/read-ahead.js';
import { systemTrouble } from '../sync/trouble.js';
import { checkPage, keyHash, presentRecords } from './page-check.js';
import { qualityFailure, takeQuality, type QualityContext } from './quality-context.js';

/** How many pages are read while the ones before are checked. */
const READ_AHEAD = 2;

/**
 * qualityWindow reads the next pages of an object and checks each record by itself. What a page came to and the place
 * after it are stored together, so that an attempt that dies costs one page and counts nothing twice.
 */
export async function qualityWindow(dependencies: SyncDependencies, input: QualityRunInput, heartbeat: Heartbeat): Promise<WindowResult> {
  const context = await takeQuality(dependencies, input.runId);
  if (context.run.place.readDone === true) return { done: true, counts: shownCounts(context.run.counts) };
  try {
    return await checkPages(dependencies, context, heartbeat);
  } catch (error) {
    const trouble = systemTrouble(error);
    // The system no longer knows the place; records that were counted are recognised.
    if (error instanceof SystemError && error.detail.code === 'page-token-expired' && !(await moveQualityRun(context.database, context.run, {}))) throw superseded();
    throw await qualityFailure(context, trouble);
  }
}

async function checkPages(dependencies: SyncDependencies, context: QualityContext, heartbeat: Heartbeat): Promise<WindowResult> {
  const { connector, definition, run } = context;
  const check = compileRecordCheck(definition);
  const from = run.place.page;
  const started = Date.now();
  let { counts } = run;
  let pages = 0;
  for await (const page of readAhead(connector.list(definition.object.object, { signal: heartbeat.signal, ...(from === undefined ? {} : { from }) }), READ_AHEAD)) {
    counts = await onePage(context, check, page, counts);
    pages += 1;
    heartbeat.report({ phase: 'checking', pages, records: counts.records });
    if (page.next === null) return { done: true, counts: shownCounts(counts) };
    if (pages >= dependencies.window.pages || Date.now() - started >= dependencies.window.durationMs) return { done: false, counts: shownCounts(counts) };
  }
  if (!(await moveQualityRun(context.database, run, { readDone: true }))) throw superseded();
  return { done: true, counts: shownCounts(counts) };
}

async function onePage({ database, run, definition }: QualityContext, check: RecordCheck, page: Page, counts: QualityCounts): Promise<QualityCounts> {
  const placeAfter: QualityPlace = page.next === null ? { readDone: true } : { page: page.next };
  const records = presentRecords(page).map(({ id }) => ({ id, key: keyHash(id) }));
  const stored = await storePage(database, run, { records, placeAfter }, (fresh) => checkPage(check, page, fresh, counts, definition.findings));
  if (stored === undefined) throw superseded();
  return stored.counts;
}

/** shownCounts is the counts of a quality run in the form in which every run shows its progress. */
export function shownCounts({ records, outOfScope, unreadable }: QualityCounts): RunCounts {
  return { ...noCounts, read: records + outOfScope + unreadable, ignored: outOfScope + unreadable };
}
