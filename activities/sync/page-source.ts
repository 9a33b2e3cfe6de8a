import type { Page } from '../../src/contracts/connector.js';
import type { RunPlace } from '../../src/contracts/run.js';
import type { RunContext } from './run-context.js';
import { selectedPages } from './selected-pages.js';

/** SourcePage is one page of a run's records, wherever they come from. */
export interface SourcePage {
  readonly page: Page;
  /** Where the run stands after the page, given where it stood before. */
  readonly placeAfter: (place: RunPlace) => RunPlace;
  /** Nothing comes after it. */
  readonly last: boolean;
}

/** sourcePages gives the pages that a run has still to work through, from its place on: its selection first, then what the source lists. Throws SystemError. */
export async function* sourcePages(context: RunContext, place: RunPlace, signal: AbortSignal): AsyncGenerator<SourcePage, void, undefined> {
  if (place.selection !== undefined) yield* selectedPages(context, place.selection, signal);
  if (place.selection?.only === true) return;
  const { connector, objectName } = context.source;
  const { page: from, sinceMs } = place;
  const request = { signal, ...(from === undefined ? {} : { from }), ...(sinceMs === undefined ? {} : { sinceMs }) };
  for await (const page of connector.list(objectName, request)) yield { page, placeAfter: (before) => afterListed(before, page), last: page.next === null };
}

function afterListed(place: RunPlace, page: Page): RunPlace {
  const { page: _before, selection: _done, ...rest } = place;
  const maxSeenMs = page.records.reduce((max, { updatedAtMs }) => Math.max(max, updatedAtMs ?? 0), place.maxSeenMs ?? 0);
  return { ...rest, ...(maxSeenMs > 0 ? { maxSeenMs } : {}), ...(page.next === null ? {} : { page: page.next }) };
}
