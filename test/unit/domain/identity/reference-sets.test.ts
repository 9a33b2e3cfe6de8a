import { expect, test } from 'vitest';
import { febrl3, febrl4, febrlCrm, loadSet, missingFile, splinkFake1000, type DataSet } from './data-sets.js';
import { measure, type Measure } from './measure.js';

// What the data sets must show with the default thresholds, without any setting of their own.
const expected: readonly [DataSet, (found: Measure) => void][] = [
  [febrlCrm, ({ precision, recall, recallWithReviews, falsePairs }) => {
    expect(precision).toBeGreaterThanOrEqual(0.999);
    expect(recall).toBeGreaterThanOrEqual(0.9);
    expect(recallWithReviews).toBeGreaterThanOrEqual(0.96);
    expect(falsePairs).toBeLessThanOrEqual(100);
  }],
  [febrl4, ({ f1 }) => expect(f1).toBeGreaterThanOrEqual(0.985)],
  [febrl3, ({ f1 }) => expect(f1).toBeGreaterThanOrEqual(0.97)],
  [splinkFake1000, ({ f1 }) => expect(f1).toBeGreaterThanOrEqual(0.82)],
];

for (const [set, check] of expected) {
  const missing = missingFile(set);
  if (missing !== undefined) process.stdout.write(`skipped: ${set.name}: ${missing} not found\n`);
  test.skipIf(missing !== undefined)(`${set.name} (${set.title}) is linked as well as it must be`, () => {
    check(measure(set, loadSet(set)));
  }, 60_000);
}
