import { z } from 'zod';
import { keyed } from './checked-text.js';
import { parametersMap, parameterText } from './request-text.js';
import { pointerText } from './scalars.js';

const paging = {
  limit: z.int().min(1).max(10_000).default(100).describe('Records asked for on a page.'),
  limitParam: parameterText('limit').default('limit').describe('Query parameter that asks for the page size.'),
};

const total = pointerText('/count').optional()
  .describe('JSON Pointer of the total number of records in the answer. With it, the list ends when that many were read; without it, at an empty page.');

const none = keyed({
  type: z.literal('none').describe('One answer holds everything.'),
});

const cursor = keyed({
  type: z.literal('cursor').describe('Each answer holds a token for the next page.'),
  next: pointerText('/next').describe('JSON Pointer of the token in the answer; null, empty or absent after the last page.'),
  param: parameterText('cursor').default('cursor').describe('Query parameter that the token is sent in.'),
  ...paging,
});

const page = keyed({
  type: z.literal('page').describe('Pages are numbered.'),
  param: parameterText('page').default('page').describe('Query parameter of the page number.'),
  start: z.int().min(0).max(1).default(1).describe('Number of the first page: 1, or 0.'),
  ...paging,
  total,
});

const offset = keyed({
  type: z.literal('offset').describe('Each request says how many records to skip.'),
  param: parameterText('offset').default('offset').describe('Query parameter of the number of records to skip.'),
  ...paging,
  total,
});

const link = keyed({
  type: z.literal('link').describe('Each answer names the next page in its Link header (RFC 8288).'),
  ...paging,
});

const keyset = keyed({
  type: z.literal('keyset').describe('Each request asks for what comes after the last record seen; nothing is missed or doubled when records change during the read.'),
  params: parametersMap().describe('Query parameters of the pages after the first; `{version}` and `{id}` stand for those of the last record seen.'),
  ...paging,
});

/** paginateSchema says how a list is cut into pages. */
export const paginateSchema = z.discriminatedUnion('type', [none, cursor, page, offset, link, keyset]);
