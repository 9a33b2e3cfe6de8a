import { describe, expect, it } from 'vitest';
import { coreDumpsPossible, preventCoreDumps, type CoreDumpControls } from '../../../src/log/core-dumps.js';

const limits = (soft: string): string => `Limit                     Soft Limit           Hard Limit           Units\nMax core file size        ${soft}                    unlimited            bytes\n`;

function controlled(soft: string, { filter = true, prlimit = true } = {}) {
  const done: string[] = [];
  let now = soft;
  const refuse = (): never => { throw new Error('ENOENT'); };
  const controls: CoreDumpControls = {
    limits: () => limits(now),
    leaveMemoryOut: () => { if (!filter) refuse(); done.push('memory left out'); },
    forbid: () => {
      if (!prlimit) refuse();
      now = '0';
      done.push('forbidden');
    },
  };
  preventCoreDumps({ warn: (message) => { done.push(message.slice(0, 17)); } }, controls);
  return done;
}

describe('core dumps of a process', () => {
  it.each([['0', false], ['unlimited', true], ['1024', true]])('with the limit %s are possible: %s', (soft, possible) => { expect(coreDumpsPossible(() => limits(soft))).toBe(possible); });

  it('are not told of where the system does not say', () => {
    expect(coreDumpsPossible(() => { throw new Error('ENOENT'); })).toBeUndefined();
    expect(coreDumpsPossible(() => 'nothing')).toBeUndefined();
  });

  it('are forbidden, and would be empty', () => { expect(controlled('unlimited')).toEqual(['memory left out', 'forbidden']); });
  it('would be empty also where they are forbidden already', () => { expect(controlled('0')).toEqual(['memory left out']); });
  it('are no cause for a warning where one of the two could be done', () => {
    expect(controlled('unlimited', { prlimit: false })).toEqual(['memory left out']);
    expect(controlled('unlimited', { filter: false })).toEqual(['forbidden']);
  });
  it('are warned of where neither could', () => { expect(controlled('unlimited', { filter: false, prlimit: false })).toEqual(['Core dumps are on']); });
});
