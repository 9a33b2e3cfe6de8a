import { z } from 'zod';
import type { Database } from '../store/database.js';
import { readPlan, type Plan } from '../store/plans.js';

/** findPlan is the plan that an address names; undefined where it names none. */
export async function findPlan(database: Database, id: string): Promise<Plan | undefined> {
  return z.guid().safeParse(id).success ? readPlan(database, id) : undefined;
}
