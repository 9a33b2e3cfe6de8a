import { codeOf } from '../local/local-error.js';
import { badInput, CommandError } from './command-error.js';
import { messageChain } from './explain-error.js';

/** parseDatabaseUrl reads the address of a database; throws CommandError, which does not repeat the address, since a password is in it. */
export function parseDatabaseUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A password with an unencoded slash or question mark ends up in other parts of the address, which messages show.
  const misread = url === undefined || `${url.pathname}${url.search}${url.hash}`.includes('@') || url.hash !== '';
  if (!misread && (url.protocol === 'postgresql:' || url.protocol === 'postgres:')) return url;
  throw badInput('The address of the database cannot be read.', { where, todo: 'Write it as postgresql://user:password@host:5432/crosswalk; encode special characters of the password, such as @ as %40.' });
}

/** databasePlace is where a database is, `host:port/name`, without user and password. */
export function databasePlace(url: URL): string {
  return `${url.hostname}:${url.port === '' ? '5432' : url.port}${url.pathname}`;
}

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', '57P03', '53300']);
const refused = new Set(['28P01', '28000']);

/** databaseError says what to do about a database that cannot be used. */
export function databaseError(error: unknown, url: URL, local: boolean): CommandError {
  const code = codeOf(error);
  const where = databasePlace(url);
  const reason = messageChain(error);
  const localTodo = 'Look at the terminal of "npm start", or start it again.';
  if (unreachable.has(code) || /timeout/i.test(reason)) {
    return new CommandError(`The database does not answer: ${reason}`, { where, todo: local ? localTodo : 'Check that it runs and can be reached from here, and that DATABASE_URL is right.', cause: error });
  }
  if (refused.has(code)) return new CommandError('The database refuses the user or the password.', { where, todo: local ? localTodo : 'Correct DATABASE_URL.', cause: error });
  if (code === '3D000') return new CommandError('There is no database of this name on the server.', { where, todo: 'Create it, then run "crosswalk migrate".', cause: error });
  return new CommandError(reason, { where, cause: error });
}
