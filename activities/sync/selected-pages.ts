import type { SourceRecord } from '../../src/contracts/connector.js';
import type { SelectionPlace } from '../../src/contracts/run.js';
import { createSelector, type Selector } from '../../src/connectors/selector.js';
import { nextSelected, type SelectedRecord } from '../../src/store/selections.js';
import type { SourcePage } from './page-source.js';
import type { RunContext } from './run-context.js';

/** How many selected records make a page. */
const PAGE = 100;

/**
 * selectedPages gives the records of a run's selection, each as the source holds it now. A payload that stands in for a
 * record is used as long as the source still has the version that it was made from: what was changed there since then
 * must not be lost. A record that is gone at the source is given as deleted. Throws SystemError.
 */
export async function* selectedPages(context: RunContext, place: SelectionPlace, signal: AbortSignal): AsyncGenerator<SourcePage, void, undefined> {
  const { source } = context;
  const selector = createSelector(source.object, source.system.timeZone);
  let rows = await nextSelected(context.database, context.run.id, place.after, PAGE);
  for (;;) {
    const after = rows.at(-1)?.position ?? place.after;
    const next = rows.length < PAGE ? [] : await nextSelected(context.database, context.run.id, after, PAGE);
    const read = await Promise.all(rows.map((row) => currentRecord(context, selector, row, signal, place.announced === true)));
    const last = place.only && next.length === 0;
    yield {
      // Without a time, since one record that was asked for says nothing of how far the list has been read.
      page: { records: read.flat().map((record) => ({ ...record, updatedAtMs: null })), bad: [], next: null },
      placeAfter: (before) => ({ ...before, selection: { ...place, after } }),
      last,
    };
    if (next.length === 0) return;
    rows = next;
  }
}

async function currentRecord({ source }: RunContext, selector: Selector, { sourceId, payload, version }: SelectedRecord, signal: AbortSignal, isAnnounced: boolean): Promise<readonly SourceRecord[]> {
  const standIn = payload === null ? undefined : selector.record(payload);
  const usable = typeof standIn === 'object' && standIn.id === sourceId ? standIn : undefined;
  // Such a source can be read page by page only: without a stand-in, the next read of everything brings the record.
  if (source.object.get === undefined) return usable === undefined ? [] : [usable];
  const current = await source.connector.get(source.objectName, sourceId, signal);
  // A source that answers 404 to everything must not empty the target: no limit stands between one record and its removal.
  if (current === null && isAnnounced) return [];
  if (current === null) return [{ id: sourceId, version: null, updatedAtMs: null, deleted: true, inactive: false, data: {} }];
  return [usable !== undefined && !current.deleted && (version === null || current.version === version) ? usable : current];
}
