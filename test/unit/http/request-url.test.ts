import { describe, expect, it, test } from 'vitest';
import { encodeQuery, joinPath, parseBaseUrl, pathOnly } from '../../../src/http/request-url.js';

describe('a base URL', () => {
  test.each([
    ['https://crm.example.com', 'https://crm.example.com', ''],
    ['https://crm.example.com/', 'https://crm.example.com', ''],
    ['http://127.0.0.1:8080/api/v2//', 'http://127.0.0.1:8080', '/api/v2'],
  ])('%s has an origin and a prefix', (text, origin, prefix) => {
    expect(parseBaseUrl(text)).toEqual({ origin, prefix });
  });

  test.each(['', 'crm.example.com', 'ftp://crm.example.com', 'file:///etc/passwd', 'https://user:hunter22@crm.example.com', 'https://crm.example.com?a=1', 'https://crm.example.com/#a'])(
    '%s is refused without a password in the message', (text) => {
      expect(() => parseBaseUrl(text)).toThrow(TypeError);
      expect(() => parseBaseUrl(text)).not.toThrow(/hunter22/);
    });
});

describe('a path and its query', () => {
  test.each([
    ['', '/contacts', {}, '/contacts'],
    ['/api', '/contacts', { limit: 500, q: 'a b&c=d/é?#' }, '/api/contacts?limit=500&q=a%20b%26c%3Dd%2F%C3%A9%3F%23'],
    ['/api', '/contacts?view=all', { 'filter[x][_gte]': '1' }, '/api/contacts?view=all&filter%5Bx%5D%5B_gte%5D=1'],
    ['/api', 'contacts', {}, '/api/contacts'],
  ])('%s %s %o', (prefix, path, query, joined) => {
    expect(joinPath(prefix, path, query)).toBe(joined);
  });

  it('survives half of a surrogate pair', () => {
    expect(encodeQuery({ q: 'a\uD800b\uDC00😀' })).toBe('q=a%EF%BF%BDb%EF%BF%BD%F0%9F%98%80');
  });

  it('shows no query', () => {
    expect(pathOnly('/a/b?key=secret')).toBe('/a/b');
    expect(pathOnly('/a/b')).toBe('/a/b');
  });
});
