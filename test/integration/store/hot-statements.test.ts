import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt, baseValues, keyHolders, lookUp } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { intend, settle } from '../../../src/store/ledger.js';
import { madeMeanwhile } from '../../../src/store/made-meanwhile.js';
import { newId } from '../../../src/store/new-id.js';
import { markSeen } from '../../../src/store/seen.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { acknowledgement, email, intentFor, newScope } from './store-under-test.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

let migrated: MigratedDatabase;
let database: Database;
let indexColumns: ReadonlyMap<string, readonly string[]>;

// One connection for prepared statements, so that the plans of what the functions ran can be asked for.
beforeAll(async () => {
  migrated = await openMigratedDatabase({ connections: 2 });
  ({ database } = migrated);
  const { rows } = await database.pool.query<{ name: string; columns: string[] }>(
    `select i.indexrelid::regclass::text as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_index i join pg_attribute a on a.attrelid = i.indexrelid group by 1`);
  indexColumns = new Map(rows.map(({ name, columns }) => [name, columns]));
});
afterAll(() => migrated.drop());

/** Columns at the end of an index that a look-up by its beginning leaves open: all holders of a key are wanted. */
const leftOpen: ReadonlyMap<string, readonly string[]> = new Map([['crosswalk-key-holders match_keys_pkey', ['entity_id']]]);

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

async function planOf(name: string): Promise<readonly PlanNode[]> {
  const { rows } = await database.prepared.query<{ parameters: string }>(
    `select (select string_agg('null::' || type, ', ') from unnest(parameter_types::text[]) as type) as parameters from pg_prepared_statements where name = $1`, [name]);
  const parameters = rows[0]?.parameters;
  if (parameters === undefined) throw new Error(`no statement ${name} was prepared`);
  const explained = await database.prepared.query<{ 'QUERY PLAN': { readonly Plan: PlanNode }[] }>(`explain (format json) execute "${name}" (${parameters})`);
  return explained.rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)));
}

/** What is wrong with a plan: tables that are read whole, and indexes of which more is read than the rows looked for. */
function faultsOf(name: string, nodes: readonly PlanNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    const type = node['Node Type'];
    if (type === 'Seq Scan') return [`reads all of ${node['Relation Name'] ?? 'a table'}`];
    const index = node['Index Name'];
    if (index === undefined) return [];
    const open = leftOpen.get(`${name} ${index}`) ?? [];
    const condition = node['Index Cond'] ?? '';
    const missing = (indexColumns.get(index) ?? ['?']).filter((column) => !open.includes(column) && !new RegExp(`\\b${column}\\b`).test(condition));
    return missing.length === 0 ? [] : [`reads ${index} without a condition on ${missing.join(', ')}: ${condition}`];
  });
}

describe('the statements of the hot path, planned while the tables are empty', () => {
  test('find every row by all columns of an index', async () => {
    const scope = await newScope(database);
    // The first of all, since the connection of a statement that fails is given up: of two for one record, the second is meant for another entity.
    for (const apart of [intentFor('c0'), intentFor('c0')]) {
      await intend(database, scope, [apart]);
      await settle(database, [acknowledgement(scope, apart, 't0')]);
    }
    const intent = intentFor('c1');
    await intend(database, scope, [intentFor('p1')], 'planned');
    await intend(database, scope, [intent]);
    await settle(database, [acknowledgement(scope, intent, 't1', { keys: [email('a@example.org')] })]);
    await lookUp(database, scope, ['c1']);
    await keyHolders(database, scope, [email('a@example.org')]);
    await baseValues(database, scope.syncNumber, [intent.entityId]);
    await markSeen(database, scope.runId, ['c1']);
    await adopt(database, scope, [{ id: 't2', version: null, entityId: newId(), values: { name: 'Ada' }, keys: [email('b@example.org')] }]);
    await madeMeanwhile(database, scope, ['c1']);
    const { rows } = await database.prepared.query<{ name: string }>(`select name from pg_prepared_statements where name <> '' order by name`);
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['crosswalk-look-up', 'crosswalk-key-holders', 'crosswalk-base-values', 'crosswalk-adopt', 'ledger-intend', 'ledger-settle', 'ledger-settle-joined', 'made-meanwhile', 'seen-mark']));
    const faults: Record<string, readonly string[]> = {};
    for (const name of names) faults[name] = faultsOf(name, await planOf(name));
    expect(faults).toEqual(Object.fromEntries(names.map((name) => [name, []])));
  });
});
