import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillValue } from '../../../src/connectors/fill-value.js';

describe('a value in a parameter', () => {
  it('stands where {value} stood, whatever is in it', () => expect(fillValue('(email="{value}")', 'a$&{value}b')).toBe('(email="a$&{value}b")'));

  it('stays inside its text in what is sent encoded', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
      const sent = fillValue('base64url([["code", "=", "{value}"], ["id", ">", 0]])', value);
      expect(sent).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
      expect(sent.length % 4).toBe(0);
      expect(JSON.parse(Buffer.from(sent, 'base64url').toString('utf8'))).toEqual([['code', '=', value], ['id', '>', 0]]);
    }));
  });
});
