import type pg from 'pg';
import { repeatAfterDeadlock } from './repeat-after-deadlock.js';

/**
 * inTransaction runs a task on one connection of a pool as one transaction; whatever it throws undoes all of it. Where
 * PostgreSQL undid it to end a deadlock the task is run again, so it must do nothing that is not in the transaction.
 */
export async function inTransaction<Result>(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  return repeatAfterDeadlock(async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const result = await task(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  });
}
