import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/contracts/json.js';
import { closeLog, lastLines, openLog } from '../../src/local/log-file.js';
import { choosePort } from '../../src/local/ports.js';
import { type ServerProcess, spawnServer } from '../../src/local/server-process.js';

const READY_WITHIN_MS = 20_000;
const STOP_STEPS = [{ signal: 'SIGTERM', waitMs: 10_000 }, { signal: 'SIGKILL', waitMs: 5_000 }] as const;
/** What the batch API is told to take in one request. */
const BATCH = 200;

/** PocketBase is a running PocketBase with an administrator, spoken to by its own API as a person's program would. */
export class PocketBase {
  readonly user = 'crosswalk@example.com';
  readonly password = randomBytes(12).toString('hex');
  private server: ServerProcess | undefined;
  private token = '';

  private constructor(private readonly program: string, private readonly folder: string, readonly port: number) {}

  /** launch starts a PocketBase without any data on a free port of 127.0.0.1. */
  static async launch(program: string): Promise<PocketBase> {
    const folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-pocketbase-'));
    // It ends at once when the folder of hooks is missing.
    mkdirSync(path.join(folder, 'hooks'));
    const pocketBase = new PocketBase(program, folder, await choosePort());
    try {
      execFileSync(program, ['superuser', 'upsert', pocketBase.user, pocketBase.password, ...pocketBase.folders()], { stdio: 'pipe' });
      await pocketBase.start();
      await pocketBase.call('PATCH', '/api/settings', { batch: { enabled: true, maxRequests: BATCH, timeout: 30 } });
      return pocketBase;
    } catch (error) {
      await pocketBase.remove();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** start runs the server on the data that is there, and logs in. */
  async start(): Promise<void> {
    const log = openLog(path.join(this.folder, 'pocketbase.log'));
    try {
      this.server = spawnServer({
        program: this.program, args: ['serve', '--http', `127.0.0.1:${this.port}`, ...this.folders()], log, options: { cwd: this.folder }, signalOnOurDeath: 'TERM',
      });
      for (const began = Date.now(); !(await this.isHealthy()); await sleep(50)) {
        if (this.server.hasEnded() || Date.now() - began > READY_WITHIN_MS) throw new Error(`PocketBase did not start: ${this.server.failure() ?? lastLines(log, 8)}`);
      }
    } finally {
      closeLog(log);
    }
    await this.logIn();
  }

  /** stop ends the server and keeps its data. */
  async stop(): Promise<void> {
    await this.server?.stop(STOP_STEPS);
  }

  /** remove ends the server and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** call sends a request as the administrator and gives the JSON of the answer, null where it has none; throws for anything but a success. */
  async call(method: string, place: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}${place}`, {
      method,
      headers: { ...(this.token === '' ? {} : { authorization: this.token }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${place} was answered with ${answer.status} ${text.slice(0, 500)}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** createRecords makes records by the batch API and gives them as PocketBase keeps them, in the order of the bodies. */
  async createRecords(collection: string, bodies: readonly JsonObject[]): Promise<JsonObject[]> {
    const made: JsonObject[] = [];
    for (let first = 0; first < bodies.length; first += BATCH) {
      const requests = bodies.slice(first, first + BATCH).map((body) => ({ method: 'POST', url: `/api/collections/${collection}/records`, body }));
      const answers = await this.call('POST', '/api/batch', { requests }) as readonly { readonly body: JsonObject }[];
      made.push(...answers.map(({ body }) => body));
    }
    return made;
  }

  /** revokeTokens makes all tokens void that were given out before, as a change of the password does; the password stays. */
  async revokeTokens(): Promise<void> {
    const { items } = await this.call('GET', '/api/collections/_superusers/records') as { readonly items: readonly { readonly id: string }[] };
    await this.call('PATCH', `/api/collections/_superusers/records/${items[0]?.id}`, { password: this.password, passwordConfirm: this.password });
    await this.logIn();
  }

  private async logIn(): Promise<void> {
    this.token = '';
    const answer = await this.call('POST', '/api/collections/_superusers/auth-with-password', { identity: this.user, password: this.password });
    this.token = String((answer as JsonObject)['token']);
  }

  private folders(): string[] {
    // From a cache folder it takes itself for a program under development and logs every statement.
    return ['--dev=false', '--dir', path.join(this.folder, 'data'), '--hooksDir', path.join(this.folder, 'hooks'), '--migrationsDir', path.join(this.folder, 'migrations'), '--publicDir', path.join(this.folder, 'public')];
  }

  private async isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/api/health`)).ok;
    } catch {
      return false;
    }
  }
}
