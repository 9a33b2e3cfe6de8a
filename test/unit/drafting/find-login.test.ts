import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findLogin, findToken } from '../../../src/drafting/find-login.js';

describe('the token in the answer to a login', () => {
  it.each([
    [{ token: 'abcdefgh.1', record: { id: 'a', tokenKey: 'no' } }, '/token', undefined],
    [{ data: { expires: 900_000, refresh_token: 'rrrrrrrr', access_token: 'aaaaaaaa' } }, '/data/access_token', undefined],
    [{ access_token: 'aaaaaaaa', token_type: 'Bearer', expires_in: 3_600 }, '/access_token', '/expires_in'],
    [{ session: { token: 'x' }, jwt: 'aaaaaaaa' }, '/jwt', undefined],
  ])('of %j', (answer, token, expiresIn) => {
    expect(findToken(answer)).toEqual({ token, expiresIn });
  });

  it.each([[{ refresh_token: 'rrrrrrrr' }], [{ token: 'with a blank' }], [{ token: 12_345_678 }], [['token']], [null]])('is not found in %j', (answer) => {
    expect(() => findToken(answer)).toThrow('nothing in it is called a token');
  });
});

describe('a login that is tried', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => { for (const server of servers.splice(0)) server.close(); });

  /** A CRM that takes its token with a prefix, and answers another one with a status. */
  async function crm(prefix: string, refusal: number): Promise<{ readonly url: URL; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request: IncomingMessage, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
      const isLogin = request.method === 'POST';
      response.writeHead(isLogin || request.headers.authorization === `${prefix}the-token` ? 200 : refusal, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isLogin ? { token: 'the-token' } : [{ id: 1 }]));
    });
    servers.push(server);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/contacts`), asked };
  }
  const login = { post: '/login', body: { user: 'me', password: 'secret://env/PASSWORD' } };
  const tried = (url: URL) => findLogin({ url, headers: {}, resolve: (text) => (text.startsWith('secret:') ? 'resolved' : text), signal: AbortSignal.timeout(10_000) }, login);

  it('sends the token as Bearer, and once a bad one', async () => {
    const { url, asked } = await crm('Bearer ', 401);
    expect(await tried(url)).toMatchObject({ answer: { json: [{ id: 1 }] }, auth: { keys: { type: 'login', ...login, token: '/token' } }, refusedWith: 401 });
    expect(asked.filter((line) => line.startsWith('GET'))).toEqual(['GET /contacts Bearer the-token', 'GET /contacts Bearer not-a-token']);
  });

  it('sends it as it is where Bearer is refused', async () => {
    const { url } = await crm('', 403);
    const { auth, refusedWith } = await tried(url);
    expect(auth.keys).toMatchObject({ prefix: '' });
    expect(refusedWith).toBe(403);
  });

  it('says what the first attempt was answered where neither is taken', async () => {
    const { url } = await crm('Token ', 403);
    await expect(tried(url)).rejects.toMatchObject({ detail: { status: 403 } });
  });
});
