import { foundation } from './0001-foundation.js';
import { failures } from './0002-failures.js';
import { plans } from './0004-plans.js';

/** migrations are all changes to the schema, oldest first; entries are only ever added at the end. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-foundation', sql: foundation },
  { name: '0002-failures', sql: failures },
  { name: '0004-plans', sql: plans },
];
