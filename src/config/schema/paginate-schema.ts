import { z } from 'zod';
import { keyed } from './checked-text.js';
import { conditionText } from './condition-text.js';
import { parametersMap, parameterText } from './request-text.js';
import { pointerText } from './scalars.js';

const paging = {
  limit: z.int().min(1).max(10_000).default(100).describe('Records asked for on a page.'),
  limitParam: parameterText('limit').default('limit').describe('Query parameter that asks for the page size.'),
};

const total = pointerText('/count').optional()
  .describe('JSON Pointer of the total number of records in the answer. With it, the list ends when that many were read; without it, at an empty page.');

const end = conditionText('/has_more = false').optional().describe('Condition on an answer after which there is no further page, such as `/has_more = false`.');

const none = keyed({
  type: z.literal('none').describe('One answer holds everything.'),
});

const cursor = keyed({
  type: z.literal('cursor').describe('Each answer holds a token for the next page.'),
  next: pointerText('/next').describe('JSON Pointer of the token in the answer; null, empty or absent after the last page.'),
  end,
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
  type: z.literal('link').describe('Each answer names the next page in its Link header (RFC 8288), or in its body.'),
  next: pointerText('/links/next').optional().describe('JSON Pointer of the URL of the next page in the answer. Without it, the Link header is read.'),
  end,
  ...paging,
});

const keyset = keyed({
  type: z.literal('keyset').describe('Each request asks for what comes after the last record seen; nothing is missed or doubled when records change during the read.'),
  params: parametersMap().describe('Query parameters of the pages after the first; `{version}` and `{id}` stand for those of the last record seen.'),
  first: z.partialRecord(z.enum(['id', 'version']), z.string()).optional()
    .describe('What the placeholders stand for on the first page, such as `{ id: "0" }`. Without it, the parameters are left out of the first request.'),
  end,
  ...paging,
});

/** paginateSchema says how a list is cut into pages. */
export const paginateSchema = z.discriminatedUnion('type', [none, cursor, page, offset, link, keyset]);
