import { createHash } from 'node:crypto';
import type { PageToken } from '../contracts/connector.js';
import { PagingProblem } from './paginators/paginator.js';

/** PagingLimits bounds one reading of a list. */
export interface PagingLimits {
  /** Default: 100,000. */
  readonly maxPages?: number;
  /** Default: 50,000,000. */
  readonly maxRecords?: number;
}

/** PagingGuard watches one reading of a list. */
export interface PagingGuard {
  /** check takes each page in turn: the ids on it, and the token of the next one; throws PagingProblem `paging-loop`. */
  check(ids: readonly string[], next: PageToken | null): void;
}

/**
 * createPagingGuard ends lists that would not end by themselves: a token that came before, a page with the ids of the page
 * before, or more pages or records than the limits. `from` is the token the reading began with.
 */
export function createPagingGuard(limits: PagingLimits, from: PageToken | null, lastMayRepeat: boolean): PagingGuard {
  const { maxPages = 100_000, maxRecords = 50_000_000 } = limits;
  const seen = new Set<string>(from === null ? [] : [digest(JSON.stringify(from))]);
  let pages = 0;
  let records = 0;
  let before = '';
  return {
    check(ids, next) {
      pages++;
      records += ids.length;
      const page = ids.length === 0 ? '' : digest(ids.join('\0'));
      if (page !== '' && page === before && !(lastMayRepeat && next === null)) {
        throw new PagingProblem('was answered with the same records as the page before: the system does not heed the paging parameters', 'paging-loop');
      }
      before = page;
      if (next === null) return;
      const token = digest(JSON.stringify(next));
      if (seen.has(token)) throw new PagingProblem('was answered with a next page that was read before', 'paging-loop');
      seen.add(token);
      if (pages >= maxPages) throw new PagingProblem(`is not at its end after ${maxPages} pages`, 'paging-loop');
      if (records > maxRecords) throw new PagingProblem(`is not at its end after ${maxRecords} records`, 'paging-loop');
    },
  };
}

/** Tokens are kept as digests, so that a list of 100,000 pages with long cursors stays within a few megabytes. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
