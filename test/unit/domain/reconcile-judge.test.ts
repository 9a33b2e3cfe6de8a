import { describe, expect, it } from 'vitest';
import { compileJudge, type JudgedSide, type JudgeRules, type PairFacts } from '../../../src/domain/reconcile-judge.js';

const rules: JudgeRules = { fields: ['name'], onDelete: 'archive', onInactive: 'archive', hasRun: true, readUntilMs: 1_000, definedMs: 0 };
const side = (id: string, status: JudgedSide['status'] = 'present', name = 'Ada'): JudgedSide => ({ id, status, values: { name }, updatedMs: 500 });

/** A pair whose source record is gone or inactive, and whose target record is there. */
function facts(state: NonNullable<PairFacts['base']>['state'], more: Partial<PairFacts> = {}): PairFacts {
  return {
    source: null, target: side('t1'), linkedSourceId: 'c1', linkedTargetId: 't1', deletedByUs: false, base: { values: { name: 'Ada' }, state, written: true },
    letter: null, lastWrite: null, remapped: false, ...more,
  };
}

describe('a record that is at the target only', () => {
  it.each([['gone', null], ['inactive', side('c1', 'inactive')]] as const)('is no difference where an undo has brought it back while its source record is %s', (_why, source) => {
    expect(compileJudge(rules)(facts('kept', { source }))).toBeNull();
  });

  it('is one where somebody else has brought back what the sync removed', () => {
    expect(compileJudge(rules)(facts('removed'))).toMatchObject({ kind: 'only-target', cause: 'changed-outside', lastWriter: 'target' });
  });

  it('is one where no run has removed it yet', () => {
    expect(compileJudge(rules)(facts('live'))).toMatchObject({ kind: 'only-target', cause: 'deleted', lastWriter: 'source' });
  });

  it.each(['ignore', 'unlink'] as const)('is none where the sync keeps what is gone (onDelete: %s)', (onDelete) => {
    expect(compileJudge({ ...rules, onDelete })(facts('live'))).toBeNull();
  });
});

describe('a record that an undo had brought back', () => {
  it('is judged as any other once its source record is there again', () => {
    expect(compileJudge(rules)(facts('kept', { source: side('c1', 'present', 'Ada L.') }))).toMatchObject({ kind: 'differs', fields: ['name'], cause: 'missed' });
    expect(compileJudge(rules)(facts('kept', { source: side('c1') }))).toBeNull();
  });

  it('is a difference when it is gone at the target by now', () => {
    expect(compileJudge(rules)(facts('kept', { source: side('c1'), target: null }))).toMatchObject({ kind: 'only-source', cause: 'deleted', lastWriter: 'target' });
  });
});
