import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { portRefusal } from '../egress/judge-url.js';
import { addressRefusal, isThisMachine, plainHost, type NetworkRules } from '../egress/network-rules.js';

/** AddressRefused is the error of a connection that must not be made; `why` names the address. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
  constructor(readonly why: string) {
    super(`not connected: ${why}`);
  }
}

/** AddressLookup finds all addresses of a host, as node:dns does. */
export type AddressLookup = (host: string, options: LookupOptions & { all: true }, callback: (error: Error | null, addresses: LookupAddress[]) => void) => void;

/**
 * guardedLookup makes a look-up that gives only addresses that may be connected to. It is the one that the connection
 * itself uses, so the address that was judged is the one that is connected to; one bad address among several refuses all.
 */
export function guardedLookup(rules: NetworkRules, lookup: AddressLookup = systemLookup): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const why = addresses.flatMap(({ address }) => addressRefusal(rules, host, address) ?? [])[0];
      if (why !== undefined) return callback(new AddressRefused(`${host} resolves to ${why}`), []);
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      if (first === undefined) return callback(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '');
      return callback(null, first.address, first.family);
    });
  };
}

/**
 * guardedConnector makes the connector of a pool: an address written into the URL is judged before it is dialled, one
 * that is looked up as guardedLookup says, and what was dialled is looked at once more before anything is sent. It works
 * for each connection, not for each request.
 */
export function guardedConnector(rules: NetworkRules, timeoutMs: number, lookup?: AddressLookup): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(rules, lookup) });
  return (options, callback) => {
    const host = plainHost(options.hostname);
    const why = (isThisMachine(host) ? undefined : portRefusal(options.port)) ?? (isIP(host) === 0 ? undefined : addressRefusal(rules, host, host));
    if (why !== undefined) return callback(new AddressRefused(why), null);
    return connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null) return callback(error, null);
      const refused = refusedPeer(rules, host, socket);
      if (refused === undefined) return callback(null, socket);
      socket.destroy();
      return callback(new AddressRefused(refused), null);
    });
  };
}

function refusedPeer(rules: NetworkRules, host: string, { remoteAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? 'the connection has no address' : addressRefusal(rules, host, remoteAddress);
}

/** permittedAddress gives an address of a host for a connection that is made elsewhere; throws AddressRefused, or what the look-up says. */
export function permittedAddress(host: string, rules: NetworkRules, lookup?: AddressLookup): Promise<string> {
  const why = isIP(host) === 0 ? undefined : addressRefusal(rules, host, host);
  if (why !== undefined) return Promise.reject(new AddressRefused(why));
  return new Promise((resolve, reject) => {
    guardedLookup(rules, lookup)(host, {}, (error, address) => (error === null && typeof address === 'string' ? resolve(address) : reject(error ?? new Error('no address'))));
  });
}
