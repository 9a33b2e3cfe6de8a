import { z } from 'zod';
import type { Database } from '../store/database.js';
import { findReconciliations, type Reconciliation } from '../store/reconciliations.js';

/** findReconciliation is a reconciliation by its whole id; undefined where there is none. */
export async function findReconciliation(database: Database, id: string): Promise<Reconciliation | undefined> {
  return z.guid().safeParse(id).success ? (await findReconciliations(database, id))[0] : undefined;
}
