import { newId } from '../../../src/store/new-id.js';
import type { Database } from '../../../src/store/database.js';
import type { NewApproval } from '../../../src/contracts/approval.js';
import type { NewNotification } from '../../../src/contracts/notification.js';
import type { PeopleStore } from '../../../activities/handoff/dependencies.js';

/** createPeopleTable makes the table that stands in for approvals and notifications. */
export async function createPeopleTable(database: Database): Promise<void> {
  await database.pool.query('create table people_stand_in (id uuid primary key, kind text not null, body jsonb not null, made uuid not null)');
}

/** peopleStandIn keeps questions and notifications in a table of the test's database. */
export const peopleStandIn: PeopleStore = {
  openApproval: (database, approval) => keep(database, 'approval', approval),
  recordNotification: (database, notification) => keep(database, 'notification', notification),
};

async function keep(database: Database, kind: string, body: NewApproval | NewNotification): Promise<void> {
  await database.pool.query('insert into people_stand_in (id, kind, body, made) values ($1, $2, $3, $4) on conflict do nothing', [body.id, kind, JSON.stringify(body), newId()]);
}

/** kept is what was stored of a kind. */
export async function kept<Kind extends NewApproval | NewNotification>(database: Database, kind: 'approval' | 'notification'): Promise<readonly Kind[]> {
  const { rows } = await database.pool.query<{ body: Kind }>('select body from people_stand_in where kind = $1 order by made', [kind]);
  return rows.map(({ body }) => body);
}
