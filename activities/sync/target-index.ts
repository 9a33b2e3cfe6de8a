import type { Page } from '../../src/contracts/connector.js';
import { newId } from '../../src/store/new-id.js';
import { adopt } from '../../src/store/crosswalk.js';
import { advance, markIndexed } from '../../src/store/runs.js';
import type { SyncDependencies } from './dependencies.js';
import { restartAfter } from './expired-place.js';
import type { Heartbeat } from './heartbeat.js';
import { readAhead } from './read-ahead.js';
import { takeRun, type RunContext } from './run-context.js';
import { superseded } from '../failure.js';
import { attemptFailure } from './attempt-failure.js';
import { systemTrouble } from './trouble.js';
import type { WindowInput, WindowResult } from '../../src/contracts/sync-workflow.js';

/**
 * indexTarget takes the records that the target already has into the crosswalk, one window of pages at a time, so that
 * the sync matches them by their strong keys and does not make them a second time.
 */
export async function indexTarget(dependencies: SyncDependencies, input: WindowInput, heartbeat: Heartbeat): Promise<WindowResult> {
  const context = await takeRun(dependencies, input.runId);
  try {
    return await indexPages(dependencies, context, heartbeat);
  } catch (error) {
    throw await attemptFailure(context, systemTrouble(await beginAgain(context, error)));
  }
}

// Where the target no longer knows the place, the next attempt is at the first page; what was taken in before is recognised.
async function beginAgain({ database, run }: RunContext, error: unknown): Promise<unknown> {
  try {
    const restarts = restartAfter(error, run.place);
    if (restarts === undefined) return error;
    const { indexPage: _expired, ...place } = run.place;
    if (!(await advance(database, run.id, run.epoch, { ...place, restarts }, run.counts))) throw superseded();
    return error;
  } catch (reason) {
    return reason;
  }
}

async function indexPages(dependencies: SyncDependencies, context: RunContext, heartbeat: Heartbeat): Promise<WindowResult> {
  const { connector, objectName } = context.target;
  const from = context.run.place.indexPage;
  const started = Date.now();
  let pages = 0;
  for await (const page of readAhead(connector.list(objectName, { signal: heartbeat.signal, ...(from === undefined ? {} : { from }) }), 2)) {
    await adoptPage(context, page);
    pages += 1;
    heartbeat.report({ phase: 'indexing the target', pages });
    const place = page.next === null ? { ...context.run.place, indexed: true } : { ...context.run.place, indexPage: page.next };
    if (!(await advance(context.database, context.run.id, context.run.epoch, place, context.run.counts))) throw superseded();
    if (page.next === null) break;
    if (pages >= dependencies.window.pages || Date.now() - started >= dependencies.window.durationMs) return { done: false, counts: context.run.counts };
  }
  await markIndexed(context.database, context.scope.syncNumber);
  return { done: true, counts: context.run.counts };
}

async function adoptPage(context: RunContext, page: Page): Promise<void> {
  const records = page.records.filter((record) => !record.deleted).map((record) => {
    const values = context.mapper.project(record.data);
    return { id: record.id, version: record.version, entityId: newId(), values, keys: context.mapper.keys(values) };
  });
  await adopt(context.database, context.scope, records);
}
