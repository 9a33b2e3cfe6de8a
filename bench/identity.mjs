// Links and de-duplicates the reference data sets with the default thresholds and prints how well it did, and how fast.
// Run: npm run bench:identity. Sets that are not there are left out.
import { createHash } from 'node:crypto';
import { linkRecords } from '../src/domain/identity/link-records.ts';
import { febrl3, febrl4, febrlCrm, loadSet, missingFile, splinkFake1000 } from '../test/unit/domain/identity/data-sets.ts';
import { measure } from '../test/unit/domain/identity/measure.ts';

const rows = [['data set', 'what', 'records', 'true pairs', 'precision', 'recall', 'F1', 'reviews', 'recall with reviews', 'false pairs in all', 'seconds', 'CPU seconds']];
for (const set of [febrlCrm, febrl4, febrl3, splinkFake1000]) {
  const missing = missingFile(set);
  if (missing !== undefined) {
    process.stdout.write(`skipped: ${set.name}: ${missing} not found\n`);
    continue;
  }
  const loaded = loadSet(set);
  const found = measure(set, loaded);
  rows.push([set.name, set.title, `${found.records}`, `${found.truePairs}`, share(found.precision), share(found.recall), share(found.f1), `${found.reviews}`, share(found.recallWithReviews), `${found.falsePairs}`, (found.milliseconds / 1_000).toFixed(1), (found.cpuMilliseconds / 1_000).toFixed(1)]);
}
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of rows) process.stdout.write(`${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ')}\n`);

if (missingFile(febrlCrm) === undefined) {
  const { sets: [left, right] } = loadSet(febrlCrm);
  const answers = [linkRecords(febrlCrm.fields, left, right), linkRecords(febrlCrm.fields, left.toReversed(), right.toReversed())];
  const [first, second] = answers.map((answer) => createHash('sha256').update(JSON.stringify(answer)).digest('hex').slice(0, 16));
  process.stdout.write(`\nsame input, other order: ${first === second ? 'same output' : 'OTHER OUTPUT'} (sha256 ${first})\n`);
}

function share(value) {
  return value.toFixed(4);
}
