import { makeDirectory, type PeopleDirectory } from '../domain/approval/people-directory.js';
import type { Database } from './database.js';
import { activeDefinitions } from './definitions.js';

/** peopleDirectory is the directory of the teams that are in force at this moment. */
export async function peopleDirectory(database: Database): Promise<PeopleDirectory> {
  return makeDirectory((await activeDefinitions(database, 'team')).map(({ body }) => body));
}
