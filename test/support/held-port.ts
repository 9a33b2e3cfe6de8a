import { type Server, createServer } from 'node:net';

/** holdPort listens on a free port of 127.0.0.1 (or of all addresses), so that it is in use until the holder is closed. */
export function holdPort(host = '127.0.0.1'): Promise<{ readonly holder: Server; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const holder = createServer((socket) => socket.destroy());
    holder.once('error', reject);
    holder.listen(0, host, () => {
      const address = holder.address();
      if (typeof address === 'object' && address !== null) resolve({ holder, port: address.port });
    });
  });
}
