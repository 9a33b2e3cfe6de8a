import { foundation } from './0001-foundation.js';
import { failures } from './0002-failures.js';
import { identity } from './0008-identity.js';

/** migrations are all changes to the schema, oldest first; entries are only ever added at the end. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-foundation', sql: foundation },
  { name: '0002-failures', sql: failures },
  { name: '0008-identity', sql: identity },
];
