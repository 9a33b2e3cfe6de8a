import { sql } from 'kysely';
import type { QualityDay, QualityFigures } from '../contracts/quality.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** storeQualityDay stores the figures of a day; the last run of a day counts, and repeating it is harmless. */
export async function storeQualityDay(database: Database, row: QualityDay): Promise<void> {
  const { quality, day, runId, title, owner, system, object, definitionVersion, targets } = row;
  const figures: QualityFigures = {
    records: row.records, outOfScope: row.outOfScope, unreadable: row.unreadable, duplicates: row.duplicates, missing: row.missing, invalid: row.invalid,
    repairable: row.repairable, differs: row.differs, compared: row.compared, rules: row.rules,
  };
  const values = {
    run_id: runId, title, owner, system, object, definition_version: definitionVersion, figures: storableJson(figures), targets: JSON.stringify(targets),
  };
  await database.kysely.insertInto('quality_days').values({ name: quality, day, ...values })
    .onConflict((conflict) => conflict.columns(['name', 'day']).doUpdateSet({ ...values, measured_at: sql<Date>`now()` })).execute();
}

/** QualityDayFilter narrows the days that are read; days are `2026-11-23`, the first and the last one included. */
export interface QualityDayFilter {
  readonly quality?: string;
  readonly owner?: string;
  readonly from?: string;
  readonly to?: string;
}

const query = (database: Database) => database.kysely.selectFrom('quality_days').selectAll().select(sql<string>`day::text`.as('day_text'));

type Row = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;

function toQualityDay(row: Row): QualityDay {
  return {
    ...(row.figures as QualityFigures), quality: row.name, title: row.title, owner: row.owner, system: row.system, object: row.object, day: row.day_text, runId: row.run_id,
    definitionVersion: row.definition_version, targets: row.targets,
  };
}

/** qualityDays are the figures of some days, by definition and then by day. */
export async function qualityDays(database: Database, { quality, owner, from, to }: QualityDayFilter): Promise<QualityDay[]> {
  let wanted = query(database).orderBy('name').orderBy('day');
  if (quality !== undefined) wanted = wanted.where('name', '=', quality);
  if (owner !== undefined) wanted = wanted.where('owner', '=', owner);
  if (from !== undefined) wanted = wanted.where('day', '>=', sql<string>`${from}::date`);
  if (to !== undefined) wanted = wanted.where('day', '<=', sql<string>`${to}::date`);
  return (await wanted.execute()).map(toQualityDay);
}

/** qualityDayOfRun is the figures that a run has stored; undefined where it has stored none, or a later one has taken their place. */
export async function qualityDayOfRun(database: Database, runId: string): Promise<QualityDay | undefined> {
  const row = await query(database).where('run_id', '=', runId).executeTakeFirst();
  return row === undefined ? undefined : toQualityDay(row);
}

/** latestQualityDays are the newest days of each definition, `count` of them, by definition and then by day. */
export async function latestQualityDays(database: Database, count: number): Promise<QualityDay[]> {
  const rows = await database.kysely
    .selectFrom(query(database).select(sql<number>`row_number() over (partition by name order by day desc)`.as('rank')).as('d'))
    .selectAll().where('rank', '<=', count).orderBy('name').orderBy('day').execute();
  return rows.map(toQualityDay);
}
