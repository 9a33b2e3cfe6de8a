import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConflictRule, FieldDirection } from '../../../../src/contracts/sync-definition.js';
import { decidePair, type PairRules, type PairSituation } from '../../../../src/domain/merge/pair-decision.js';
import { mergeRecord } from '../../../../src/domain/merge/merge-record.js';

const times = { sourceAtMs: null, targetAtMs: null, clockSkewMs: 0 };
const value = fc.constantFrom(null, '', 'a', 'b', 'c');
const direction = fc.constantFrom<FieldDirection>('both', 'forward', 'back');
const conflict = fc.constantFrom<ConflictRule>('source', 'target', 'longest', 'union', 'ask');

/** Merges one field that an undo has left at two values. */
function merge(rule: { direction: FieldDirection; conflict: ConflictRule }, base: string | null, left: { source: string | null; target: string | null }, now: { source: string | null; target: string | null }) {
  return mergeRecord({ base: { field: base }, source: { field: now.source }, target: { field: now.target }, apart: { field: left } }, { field: rule }, times);
}

describe('a field that an undo has left at two values', () => {
  it('is left alone by every rule and direction while both sides hold theirs', () => {
    fc.assert(fc.property(value, value, value, direction, conflict, (base, source, target, way, rule) => {
      expect(merge({ direction: way, conflict: rule }, base, { source, target }, { source, target })).toEqual({ writes: { source: {}, target: {} }, agreed: {}, conflicts: [], reasons: {} });
    }));
  });

  it('takes the value of the side that changes, where it flows both ways, whatever the rule is and whatever was agreed on before', () => {
    fc.assert(fc.property(value, value, value, value, conflict, fc.boolean(), (base, source, target, changed, rule, atSource) => {
      const now = atSource ? { source: changed, target } : { source, target: changed };
      fc.pre((now.source ?? '') !== (source ?? '') || (now.target ?? '') !== (target ?? ''));
      const { writes, conflicts } = merge({ direction: 'both', conflict: rule }, base, { source, target }, now);
      expect(conflicts).toEqual([]);
      expect(writes).toEqual(now.source === now.target ? { source: {}, target: {} } : atSource ? { source: {}, target: { field: changed } } : { source: { field: changed }, target: {} });
    }));
  });

  it('flows from its own side only, once that changes, where it flows one way', () => {
    const forward = { direction: 'forward', conflict: 'ask' } as const;
    expect(merge(forward, 'new', { source: 'new', target: 'old' }, { source: 'new', target: 'by hand' }).writes.target).toEqual({});
    expect(merge(forward, 'new', { source: 'new', target: 'old' }, { source: null, target: 'by hand' }).writes.target).toEqual({ field: null });
    expect(merge({ ...forward, direction: 'back' }, 'new', { source: 'old', target: 'new' }, { source: 'old', target: 'newer' }).writes.source).toEqual({ field: 'newer' });
  });

  it('is agreed on when both come to hold the same, also where that is what was agreed on before', () => {
    expect(merge({ direction: 'both', conflict: 'ask' }, 'new', { source: 'new', target: 'old' }, { source: 'new', target: 'new' })).toMatchObject({ agreed: { field: 'new' }, conflicts: [] });
  });

  it('is a conflict like any other when both sides change it', () => {
    const { conflicts } = merge({ direction: 'both', conflict: 'ask' }, 'new', { source: 'new', target: 'old' }, { source: 'x', target: 'new' });
    expect(conflicts).toMatchObject([{ field: 'field', source: 'x', target: 'new' }]);
    expect(merge({ direction: 'both', conflict: 'target' }, 'new', { source: 'new', target: 'old' }, { source: 'x', target: 'new' }).writes).toEqual({ source: { field: 'new' }, target: {} });
  });
});

describe('a pair of which an undo has brought one record back', () => {
  const rules: PairRules = { fields: { name: { direction: 'both', conflict: 'ask' } }, clockSkewMs: 0, onDelete: 'delete', onInactive: 'archive', onTargetDelete: 'delete', createsBoth: true };
  const end = (state: 'live' | 'gone' | 'inactive', name = 'Ada') => ({ state, values: { name }, atMs: null });
  const pair = (source: PairSituation['source'], target: PairSituation['target'], kept: boolean): PairSituation => ({ base: { name: 'Ada' }, source, target, removed: null, apart: {}, kept });

  it.each([['gone', 'live'], ['inactive', 'live'], ['live', 'gone'], ['live', 'inactive']] as const)('is left alone while the source is %s and the target %s', (source, target) => {
    expect(decidePair(pair(end(source), end(target), true), rules).writes).toEqual([]);
    expect(decidePair(pair(end(source), end(target), false), rules).writes).toHaveLength(1);
  });

  it('is merged again once both records are there', () => {
    expect(decidePair(pair(end('live', 'New'), end('live'), true), rules).writes).toMatchObject([{ side: 'target', changed: { name: 'New' } }]);
  });
});
