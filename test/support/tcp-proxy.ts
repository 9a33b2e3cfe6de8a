import { connect, createServer, type Server, type Socket } from 'node:net';

/** ProxyFault is what a proxy does to a connection. */
export type ProxyFault =
  /** Resets both ends as soon as the server answers. */
  | { readonly kind: 'reset-reply' }
  /** Lets so many bytes of the answer through, and then ends the connection. */
  | { readonly kind: 'cut-reply'; readonly bytes: number }
  /** Lets the answer through a byte at a time. */
  | { readonly kind: 'drip-reply'; readonly everyMs: number }
  /** Holds the answer back for good. */
  | { readonly kind: 'hang-reply' }
  /** Waits before each piece of the answer. */
  | { readonly kind: 'delay-reply'; readonly ms: number };

interface Armed {
  readonly fault: ProxyFault;
  /** Only once the client has sent these bytes; any, unless given. */
  readonly after: string | undefined;
  left: number;
}

/** TcpProxy stands between a client and a server on 127.0.0.1 and spoils answers; what the client sends always arrives. */
export class TcpProxy {
  /** How often a fault has struck. */
  struck = 0;
  private armed: Armed | undefined;
  private toPort = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** start listens on a free port, and forwards it to another, of which it may be told later. */
  static async start(toPort = 0): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    proxy.forwardTo(toPort);
    server.on('connection', (client) => { proxy.forward(client, connect(proxy.toPort, '127.0.0.1')); });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** forwardTo sets where new connections lead. */
  forwardTo(port: number): void {
    this.toPort = port;
  }

  /** arm spoils the next answers, so many times; with `after`, only those to a request that holds this text. */
  arm(fault: ProxyFault, { times = 1, after }: { readonly times?: number; readonly after?: string } = {}): void {
    this.armed = { fault, after, left: times };
  }

  /** disarm lets everything through again. */
  disarm(): void {
    this.armed = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private forward(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
    let fault: ProxyFault | undefined;
    let passed = 0;
    client.on('data', (chunk) => {
      const { armed } = this;
      if (fault === undefined && armed !== undefined && armed.left > 0 && (armed.after === undefined || chunk.includes(armed.after))) {
        armed.left -= 1;
        this.struck += 1;
        fault = armed.fault;
        passed = 0;
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      passed = this.reply(client, server, fault, chunk, passed);
    });
    client.on('close', () => server.destroy());
    // What is dripped or held back is still on its way.
    server.on('close', () => { if (fault === undefined) client.end(); });
  }

  private reply(client: Socket, server: Socket, fault: ProxyFault | undefined, chunk: Buffer, passed: number): number {
    switch (fault?.kind) {
      case undefined:
        client.write(chunk);
        break;
      case 'reset-reply':
        client.resetAndDestroy();
        server.destroy();
        break;
      case 'cut-reply':
        client.write(chunk.subarray(0, Math.max(0, fault.bytes - passed)), () => { if (passed + chunk.length > fault.bytes) setImmediate(() => { client.destroy(); }); });
        break;
      case 'drip-reply':
        drip(client, chunk, fault.everyMs);
        break;
      case 'delay-reply':
        setTimeout(() => { if (!client.destroyed) client.write(chunk); }, fault.ms);
        break;
      case 'hang-reply':
        break;
    }
    return passed + chunk.length;
  }
}

function drip(client: Socket, chunk: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (client.destroyed || at >= chunk.length) clearInterval(timer);
    else client.write(chunk.subarray(at, at += 1));
  }, everyMs);
}
