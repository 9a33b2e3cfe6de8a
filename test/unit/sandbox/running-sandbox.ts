import { afterEach } from 'vitest';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/sandbox.js';

/** Answer is an HTTP answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; tests look at single fields of many shapes. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

const running: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

/** RunningSandbox is a sandbox on a free port that is stopped after the test, with the credentials at hand. */
export class RunningSandbox {
  readonly url: string;
  readonly stop: () => Promise<void>;
  #token: string | undefined;

  private constructor(sandbox: Sandbox) {
    this.url = sandbox.url;
    this.stop = sandbox.stop;
  }

  static async start(options: Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
    const sandbox = await startSandbox({ port: 0, ...options });
    running.push(sandbox);
    return new RunningSandbox(sandbox);
  }

  /** send makes a request without credentials; the body is sent as JSON unless it is a text. */
  async send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('application/json') === true && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  async crm(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    this.#token ??= await this.newToken();
    return this.send(method, `/crm${path}`, body, { authorization: `Bearer ${this.#token}`, ...headers });
  }

  books(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send(method, `/books${path}`, body, { 'x-api-key': 'sandbox-only-books', ...headers });
  }

  desk(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send(method, `/desk${path}`, body, { authorization: 'Bearer sandbox-only-desk', ...headers });
  }

  mailing(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send(method, `/mailing${path}${path.includes('?') ? '&' : '?'}api_key=sandbox-only-mailing`, body);
  }

  projects(method: string, path: string, body?: unknown): Promise<Answer> {
    const authorization = `Basic ${Buffer.from('sandbox-projects:sandbox-only-projects').toString('base64')}`;
    return this.send(method, `/projects${path}`, body, { authorization });
  }

  chat(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send(method, `/chat${path}`, body, { authorization: 'Bearer sandbox-only-chat' });
  }

  /** admin makes a request to the admin API and throws where it is refused. */
  async admin(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.send(method, `/_admin${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  /** lines reads NDJSON of the admin API. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async lines(path: string): Promise<any[]> {
    const { text } = await this.admin('GET', path);
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /** unlimited lifts the rate and concurrency limits of a system. */
  async unlimited(...systems: string[]): Promise<void> {
    for (const system of systems) await this.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null });
  }

  async newToken(): Promise<string> {
    const body = 'grant_type=client_credentials&client_id=sandbox-crm&client_secret=sandbox-only-crm';
    const { json } = await this.send('POST', '/crm/oauth/token', body, { 'content-type': 'application/x-www-form-urlencoded' });
    return json.access_token;
  }
}
