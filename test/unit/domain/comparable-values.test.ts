import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { FieldMapping, FieldType } from '../../../src/contracts/sync-definition.js';
import { compileComparable } from '../../../src/domain/comparable-values.js';

const mapping = (type: FieldType, more: Partial<FieldMapping> = {}): FieldMapping => ({ from: ['x'], to: 'x', type, required: false, convert: [], repair: [], direction: 'forward', ...more });

describe('compileComparable', () => {
  test.each<[type: FieldType, held: Json, compared: Json]>([
    ['text', '', null],
    ['text', ' as it is ', ' as it is '],
    ['decimal', '12.50', 12.5],
    ['integer', '7', 7],
    ['boolean', 'true', true],
    ['date', '2026-11-20', '2026-11-20'],
    ['datetime', '2026-11-20T11:11:12+01:00', '2026-11-20T10:11:12.000Z'],
    ['datetime', 'soon', 'soon'],
    ['json', { b: 1, a: '' }, { b: 1, a: '' }],
  ])('%s %j is compared as %j', (type, held, compared) => {
    expect(compileComparable([mapping(type)], 'UTC')({ x: held, other: 1 })).toEqual({ x: compared });
  });

  test('an amount has the places of its currency', () => {
    expect(compileComparable([mapping('money', { currency: { value: 'EUR' } })], 'UTC')({ x: 12.5 })).toEqual({ x: '12.50' });
  });

  test('what is absent is null, within members too', () => {
    expect(compileComparable([mapping('text', { to: '/a/b' })], 'UTC')({})).toEqual({ a: { b: null } });
  });
});
