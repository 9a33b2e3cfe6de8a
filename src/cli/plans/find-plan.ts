import type { Database } from '../../store/database.js';
import { findPlans, type Plan } from '../../store/plans.js';
import { badInput } from '../command-error.js';

/** findPlan is the plan whose id is, begins or ends with a text; throws CommandError unless exactly one is meant. */
export async function findPlan(database: Database, id: string): Promise<Plan> {
  const [plan, second] = await findPlans(database, id);
  if (plan === undefined) throw badInput(`There is no plan "${id.slice(0, 60)}".`, { todo: 'See "crosswalk plans" for those there are.' });
  if (second !== undefined) throw badInput(`More than one plan fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  return plan;
}
