import { isIP, Socket, type SocketConnectOpts } from 'node:net';
import { addressRefusal, type NetworkRules } from '../egress/network-rules.js';
import { AddressRefused, guardedLookup, type AddressLookup } from './guarded-connect.js';

/**
 * GuardedSocket is a socket that connects only where the rules allow, for clients that speak something else than HTTP: an
 * address that is written out, or the folder of a Unix socket, is judged before it is dialled; a name is looked up once, by
 * the connection itself; and what was dialled is looked at once more before anything is sent.
 */
export class GuardedSocket extends Socket {
  constructor(private readonly rules: NetworkRules, private readonly addresses?: AddressLookup) {
    super();
  }

  override connect(to: SocketConnectOpts | number | string, host?: string | (() => void)): this {
    const place = typeof to === 'object' ? to : typeof to === 'number' ? { port: to, host: typeof host === 'string' ? host : 'localhost' } : { path: to };
    if ('path' in place) return this.why('localhost', '127.0.0.1') === undefined ? super.connect(place) : this.refuse('it is a socket of this machine');
    const name = place.host ?? 'localhost';
    const why = isIP(name) === 0 ? undefined : this.why(name, name);
    if (why !== undefined) return this.refuse(why);
    this.prependOnceListener('connect', () => {
      const peer = this.remoteAddress === undefined ? 'the connection has no address' : this.why(name, this.remoteAddress);
      if (peer !== undefined) this.refuse(peer);
    });
    return super.connect({ ...place, host: name, lookup: guardedLookup(this.rules, this.addresses) });
  }

  private why(host: string, address: string): string | undefined {
    return addressRefusal(this.rules, host, address);
  }

  private refuse(why: string): this {
    return this.destroy(new AddressRefused(why));
  }
}

/** connectGuarded gives a socket that is connected to where the rules allow; rejects with AddressRefused, or with what the network says. */
export function connectGuarded(host: string, port: number, rules: NetworkRules, timeoutMs: number, lookup?: AddressLookup): Promise<Socket> {
  const socket = new GuardedSocket(rules, lookup);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => { socket.destroy(Object.assign(new Error('no connection within the time limit'), { code: 'ETIMEDOUT' })); }, timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(late);
      reject(error);
    };
    socket.once('error', failed).once('connect', () => {
      if (socket.destroyed) return;
      clearTimeout(late);
      socket.off('error', failed);
      resolve(socket);
    });
    socket.connect(port, host);
  });
}
