import { connect, createServer } from 'node:net';
import { LocalError, codeOf } from './local-error.js';

const HOST = '127.0.0.1';

/** choosePort gives the preferred TCP port if it is free on 127.0.0.1, otherwise a free one that the system picks. */
export async function choosePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  const port = await bindOnce(0);
  if (port !== undefined) return port;
  throw new LocalError('No free TCP port was found.', { where: HOST, todo: 'Stop programs that hold many ports open, then start again.' });
}

// Binding alone is not proof: on macOS a listener on all addresses does not stop a bind to 127.0.0.1.
async function isFree(port: number): Promise<boolean> {
  return !(await isListening(port)) && (await bindOnce(port)) !== undefined;
}

function bindOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(codeOf(error))) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

/** isListening tells whether something accepts connections on a port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST, timeout: 500 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
