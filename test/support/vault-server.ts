import { createServer, type IncomingMessage, type Server } from 'node:http';

/** VaultServer follows the documented HTTP API of HashiCorp Vault, as far as it is used: KV version 2, and log-ins by AppRole and Kubernetes. */
export class VaultServer {
  /** Secrets by `MOUNT/PATH`. */
  readonly secrets = new Map<string, Readonly<Record<string, unknown>>>();
  /** `METHOD /path` of every request, with the status it was answered with. */
  readonly seen: string[] = [];
  /** Tokens that are good. */
  readonly tokens = new Set(['root-of-the-tests']);
  leaseSeconds = 3_600;
  /** Answers everything so, where set. */
  failWith: number | undefined;
  namespace: string | undefined;
  private logins = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<VaultServer> {
    const server = createServer();
    const vault = new VaultServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [status, body] = vault.answer(request, Buffer.concat(chunks).toString('utf8'));
        vault.seen.push(`${request.method} ${request.url} ${status}`);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return vault;
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private answer({ method, url = '', headers }: IncomingMessage, text: string): readonly [number, object] {
    if (this.failWith !== undefined) return [this.failWith, { errors: ['internal error'] }];
    if (this.namespace !== undefined && headers['x-vault-namespace'] !== this.namespace) return [403, { errors: ['permission denied'] }];
    if (method === 'POST') return this.logIn(url, JSON.parse(text) as Readonly<Record<string, unknown>>);
    if (!this.tokens.has(String(headers['x-vault-token']))) return [403, { errors: ['permission denied'] }];
    const [, mount, path] = /^\/v1\/([^/]+)\/data\/(.+)$/.exec(url) ?? [];
    const found = this.secrets.get(`${mount}/${decodeURIComponent(path ?? '')}`);
    return found === undefined ? [404, { errors: [] }] : [200, { request_id: 'r', lease_id: '', data: { data: found, metadata: { version: 1, destroyed: false } } }];
  }

  private logIn(url: string, body: Readonly<Record<string, unknown>>): readonly [number, object] {
    const isGood = (url === '/v1/auth/approle/login' && body['role_id'] === 'role' && body['secret_id'] === 'secret-id')
      || (url === '/v1/auth/kubernetes/login' && body['role'] === 'crosswalk' && body['jwt'] === 'jwt-of-the-pod');
    if (!isGood) return [400, { errors: ['invalid role or secret ID'] }];
    this.logins += 1;
    const token = `token-${this.logins}`;
    this.tokens.add(token);
    return [200, { auth: { client_token: token, lease_duration: this.leaseSeconds, renewable: true } }];
  }
}
