import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseLinkHeader } from '../../../src/connectors/link-header.js';

describe('a Link header (RFC 8288)', () => {
  test.each([
    ['', []],
    ['<https://a/b?page=2>; rel="next"', [['https://a/b?page=2', ['next']]]],
    ['<?page=2>;rel=next', [['?page=2', ['next']]]],
    ['</a?page=2> ; REL = "Next" , </a?page=9>; rel=last', [['/a?page=2', ['next']], ['/a?page=9', ['last']]]],
    ['</a>; rel="first next"', [['/a', ['first', 'next']]]],
    ['</a,b;c>; title="one, two; rel=\\"prev\\""; rel=next', [['/a,b;c', ['next']]]],
    ['</a>; rel=prev; rel=next', [['/a', ['prev']]]],
    ['</a>; rel=next; anchor="/other", </b>; rel=next', [['/b', ['next']]]],
    ['</a>', [['/a', []]]],
    ['</a>; rel', [['/a', []]]],
    [', , </a>; rel=next', [['/a', ['next']]]],
    ['</a>; rel=next, broken', [['/a', ['next']]]],
    ['broken', []],
    ['<unclosed; rel=next', []],
  ])('%s', (header, links) => {
    expect(parseLinkHeader(header).map(({ target, rels }) => [target, rels])).toEqual(links);
  });

  it('of any text is read to an end', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', ';', ',', '=', '"', '\\', ' ', 'r', 'el', 'next', '/') }), (text) => {
      expect(parseLinkHeader(text).length).toBeLessThanOrEqual(text.length);
    }));
  });

  it('of 16 KB of anything is read in no time', () => {
    for (const part of [';', '<a>', '<a>;', '<a>; rel="', '\\"', ' ', ',']) parseLinkHeader(part.repeat(16_384 / part.length));
  });
});
