import { isThisMachine } from '../../egress/network-rules.js';

/** ConnectionTarget is where a connection leads, and how it is protected. */
export interface ConnectionTarget {
  /** A host, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Whether the connection is encrypted and the certificate of the server verified; not so on this machine only. */
  readonly tls: boolean;
}

/** ConnectionUrlError says what is wrong with a connection URL; it holds nothing of it but the names of parameters. */
export class ConnectionUrlError extends Error {
  override readonly name = 'ConnectionUrlError';
}

/** Words for "encrypted"; Crosswalk verifies the certificate whichever of them is written. */
const encrypted: ReadonlySet<string> = new Set(['require', 'verify-ca', 'verify-full', 'prefer', 'allow']);
const ignored: ReadonlySet<string> = new Set(['application_name', 'connect_timeout']);

/**
 * parseConnectionUrl reads a connection URL (PostgreSQL manual, 34.1.1.2). Without `sslmode`, a connection to another
 * machine is encrypted and one on this machine is not. Throws ConnectionUrlError.
 */
export function parseConnectionUrl(text: string): ConnectionTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) throw new ConnectionUrlError('the connection is no URL such as postgres://user:password@host:5432/database');
  for (const name of url.searchParams.keys()) {
    if (name !== 'sslmode' && name !== 'host' && !ignored.has(name)) throw new ConnectionUrlError(`the connection has the parameter '${name.slice(0, 40)}', which is not known; sslmode and host are`);
  }
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host === '' || user === '' || database === '') throw new ConnectionUrlError(`the connection names no ${host === '' ? 'host' : user === '' ? 'user' : 'database'}`);
  const isLocal = host.startsWith('/') || isThisMachine(host);
  const mode = url.searchParams.get('sslmode');
  if (mode === 'disable' && !isLocal) throw new ConnectionUrlError("the connection has sslmode=disable, and its host is another machine: passwords and rows could be read on the way; remove it");
  if (mode !== null && mode !== 'disable' && !encrypted.has(mode)) throw new ConnectionUrlError('the connection has an sslmode that is not known; leave it out, or write verify-full');
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port === '' ? 5_432 : url.port), user, password: decodeURIComponent(url.password), database, tls: isLocal ? mode !== null && mode !== 'disable' : true };
}
