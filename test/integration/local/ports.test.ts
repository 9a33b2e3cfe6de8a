import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { choosePort, isListening } from '../../../src/local/ports.js';
import { holdPort } from '../../support/held-port.js';

async function listenOn(port: number): Promise<AddressInfo | string | null> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address;
}

describe('choosePort', () => {
  test('gives the preferred port when it is free', async () => {
    const { holder, port } = await holdPort();
    await new Promise((resolve) => holder.close(resolve));
    expect(await choosePort(port)).toBe(port);
  });

  test.each(['127.0.0.1', '0.0.0.0'])('gives another, free one when the preferred port is in use on %s', async (host) => {
    const { holder, port } = await holdPort(host);
    try {
      expect(await isListening(port)).toBe(true);
      const other = await choosePort(port);
      expect(other).not.toBe(port);
      expect(await listenOn(other)).toMatchObject({ port: other });
    } finally {
      holder.close();
    }
  });

  test('gives a free one when none is preferred', async () => {
    const port = await choosePort();
    expect(await listenOn(port)).toMatchObject({ port });
    expect(await isListening(port)).toBe(false);
  });
});
