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
  /**
   * check takes each page in turn: the ids on it, and the token of the next one, which it gives back with what a reading
   * that goes on from there must know; throws PagingProblem `paging-loop`.
   */
  check(ids: readonly string[], next: PageToken | null): PageToken | null;
}

/** Pages of a list over all readings that went on from each other. */
const mostPages = 10_000_000;

/**
 * createPagingGuard ends lists that would not end by themselves: a token that came before, a page with the ids of the page
 * before, or more pages or records than the limits. `from` is the token the reading began with. A list is read in many
 * short readings; that they go round in circles is noticed by Brent's algorithm (BIT 20, 1980), for which one token is enough
 * to be remembered: it is replaced by the newest after 1, 2, 4, 8 … pages.
 */
export function createPagingGuard(limits: PagingLimits, from: PageToken | null, lastMayRepeat: boolean): PagingGuard {
  const { maxPages = 100_000, maxRecords = 50_000_000 } = limits;
  const seen = new Set<string>(from === null ? [] : [digestOf(from)]);
  let walked = walkOf(from);
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
      if (next === null) return null;
      const token = digestOf(next);
      if (seen.has(token) || token === walked.mark) throw new PagingProblem('was answered with a next page that was read before', 'paging-loop');
      seen.add(token);
      walked = step(walked, token);
      if (pages >= maxPages || walked.pages >= mostPages) throw new PagingProblem(`is not at its end after ${Math.max(pages, walked.pages)} pages`, 'paging-loop');
      if (records > maxRecords) throw new PagingProblem(`is not at its end after ${records} records`, 'paging-loop');
      return { ...next, walked: walked.pages, mark: walked.mark };
    },
  };
}

interface Walk {
  readonly pages: number;
  /** Digest of a token that came before; empty: none yet. */
  readonly mark: string;
}

function step({ pages, mark }: Walk, token: string): Walk {
  const next = pages + 1;
  return { pages: next, mark: Number.isInteger(Math.log2(next)) ? token : mark };
}

function walkOf(from: PageToken | null): Walk {
  const { walked: pages = 0, mark = '' } = from ?? {};
  return typeof pages === 'number' && Number.isSafeInteger(pages) && pages >= 0 ? { pages, mark: String(mark) } : { pages: 0, mark: '' };
}

function digestOf({ walked: _walked, mark: _mark, ...token }: PageToken): string {
  return digest(JSON.stringify(token));
}

/** Tokens are kept as digests, so that a list of 100,000 pages with long cursors stays within a few megabytes. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
