import { expect, it } from 'vitest';
import { deprecationNotice, type DeprecationNotice } from '../../../src/http/deprecation-notice.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, get, systemAt } from './system-under-test.js';

it.each([
  ['nothing', {}, undefined],
  // The examples of RFC 9745 §2.1 and RFC 8594 §3.
  ['a date of RFC 9745', { deprecation: '@1688169599' }, { deprecation: '2023-06-30T23:59:59.000Z', sunset: null, link: null }],
  ['a date of RFC 8594', { sunset: 'Sat, 31 Dec 2018 23:59:59 GMT' }, { deprecation: null, sunset: '2018-12-31T23:59:59.000Z', link: null }],
  ['the word of earlier drafts, with a page', { deprecation: 'true', link: '<https://developer.example.com/deprecation>; rel="deprecation"; type="text/html"' }, { deprecation: 'true', sunset: null, link: 'https://developer.example.com/deprecation' }],
  ['a link that is about something else', { deprecation: '@0', link: '</contacts?page=2>; rel="next"' }, { deprecation: '1970-01-01T00:00:00.000Z', sunset: null, link: null }],
  ['nonsense, cut', { sunset: 'x'.repeat(5_000) }, { deprecation: null, sunset: 'x'.repeat(100), link: null }],
] as const)('%s', (_what, headers, expected) => {
  const notice = deprecationNotice(headers, 'GET /v2/contacts/c-000004/notes');
  if (expected === undefined) expect(notice).toBeUndefined();
  else expect(notice).toEqual({ request: 'GET /v2/contacts/{id}/notes', ...expected });
});

it('the client tells of what answers announce, also of those that refuse, without the query', async () => {
  const told: [string, DeprecationNotice][] = [];
  const server = await startServer((_request, response, count) => sendJson(response, count === 2 ? 410 : 200, {}, count === 3 ? {} : { deprecation: '@1688169599', sunset: 'Sun, 31 Dec 2028 23:59:59 GMT' }));
  const { client } = clientOf(systemAt(server.url), { onDeprecation: (system, notice) => told.push([system, notice]) });
  for (let at = 0; at < 3; at += 1) await client.send(get('/v1/contacts', { query: { email: 'ada@example.com' } }));
  const notice = { request: 'GET /v1/contacts', deprecation: '2023-06-30T23:59:59.000Z', sunset: '2028-12-31T23:59:59.000Z', link: null };
  expect(told).toEqual([['crm', notice], ['crm', notice]]);
});
