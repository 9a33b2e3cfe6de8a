import type { Json, JsonObject } from '../../contracts/json.js';
import { compileGetter } from '../../domain/json-pointer.js';
import { csvLine } from '../../domain/csv.js';
import type { Database } from '../../store/database.js';
import { differenceGroups, differencesAfter, type Difference } from '../../store/reconciliation-differences.js';
import { reconciliationView } from '../../store/reconciliation-view.js';
import type { Reconciliation } from '../../store/reconciliations.js';

/** ExportFormat is how differences are written for other programs. */
export type ExportFormat = 'csv' | 'json';

/** How many differences are read and written at a time. */
const PART = 1_000;

const head = ['kind', 'cause', 'since', 'last written by', 'source record', 'target record', 'duplicate of', 'fields', 'source values', 'target values', 'detail', 'confirmed'];

/** exportDifferences writes a whole report, a part at a time, so that memory does not grow with it. */
export async function* exportDifferences(database: Database, reconciliation: Reconciliation, format: ExportFormat): AsyncGenerator<string, void, undefined> {
  yield format === 'csv' ? csvLine(head) : `{"reconciliation":${JSON.stringify(reconciliationView(reconciliation))},"groups":${JSON.stringify(await differenceGroups(database, reconciliation.id))},"differences":[`;
  let first = true;
  for (let after = 0; ;) {
    const differences = await differencesAfter(database, reconciliation.id, after, PART);
    const last = differences.at(-1);
    if (last === undefined) break;
    after = last.number;
    if (format === 'csv') yield differences.map(line).join('');
    else yield `${first ? '' : ','}\n${differences.map((difference) => JSON.stringify(difference)).join(',\n')}`;
    first = false;
  }
  if (format === 'json') yield '\n]}\n';
}

function line({ kind, cause, since, lastWriter, sourceId, targetId, duplicateOf, fields, sourceValues, targetValues, detail, confirmed }: Difference): string {
  return csvLine([kind, cause, since.toISOString(), lastWriter, sourceId, targetId, duplicateOf, fields.join('; '), valuesCell(sourceValues, fields), valuesCell(targetValues, fields), detail, confirmed]);
}

// Of a record that only differs in some fields, the others say nothing.
function valuesCell(values: JsonObject | null, fields: readonly string[]): string | null {
  if (values === null) return null;
  if (fields.length === 0) return JSON.stringify(values);
  return JSON.stringify(Object.fromEntries(fields.map((field): [string, Json] => [field, compileGetter(field)(values) ?? null])));
}
