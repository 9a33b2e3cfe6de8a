import { expect, test } from 'vitest';
import { noCounts, type SyncMode, type RunState } from '../../../src/contracts/run.js';
import { resultLine } from '../../../src/cli/start/start.js';

const counts = { ...noCounts, read: 10, created: 9, parked: 1 };

test.each<[SyncMode, RunState, string | null, string]>([
  ['incremental', 'succeeded', null, 'contacts: 10 read, 9 created, 1 parked'],
  ['plan', 'succeeded', null, 'contacts (only planned, since it is in shadow mode): 10 read, 9 created, 1 parked'],
  ['full', 'held', 'Too many.', 'contacts: 10 read, 9 created, 1 parked (held: Too many.)'],
])('npm start tells of a run in one line: %s, %s', (mode, state, message, line) => {
  expect(resultLine({ runId: 'r', sync: 'contacts', mode, state, counts, message })).toBe(line);
});
