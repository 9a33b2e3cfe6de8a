import { execFile } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { repositoryPath } from './compose-file.js';

// Linux alone has these tables; so do the containers that run the check.
const hasTables = existsSync('/proc/net/tcp');
if (!hasTables) console.log('skipped: /proc/net/tcp not found');

const sockets: Socket[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listen(): Promise<number> {
  const server = createServer((socket) => { sockets.push(socket); });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function check(address: string | undefined): Promise<{ code: number; stderr: string }> {
  const { TEMPORAL_ADDRESS: _, ...others } = process.env;
  const env = address === undefined ? others : { ...others, TEMPORAL_ADDRESS: address };
  return new Promise((resolve) => {
    execFile(process.execPath, [repositoryPath('deploy/worker-health.mjs')], { env }, (error, _stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stderr });
    });
  });
}

describe.skipIf(!hasTables)('worker-health.mjs', () => {
  it('is healthy while a connection to the port is open', async () => {
    const port = await listen();
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    expect(await check(`temporal:${port}`)).toEqual({ code: 0, stderr: '' });
  });

  it('is unhealthy when the port is only listened on', async () => {
    const port = await listen();
    const { code, stderr } = await check(`temporal:${port}`);
    expect(code).toBe(1);
    expect(stderr).toContain(`no connection to the Temporal server at temporal:${port}`);
  });

  it.each([undefined, '', 'temporal', 'temporal:'])('is unhealthy for the address %j and says what to set', async (address) => {
    const { code, stderr } = await check(address);
    expect(code).toBe(1);
    expect(stderr).toContain('set it to HOST:PORT');
  });
});
