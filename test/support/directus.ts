import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBackgroundCommand } from '../../src/local/background-command.js';
import { cacheFolder } from '../../src/local/cache-folder.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { choosePort } from '../../src/local/ports.js';

const VERSION = '12.4.1';
/** It runs on no older Node.js, whose packages are built against it. */
const NODE = '22.23.3';
/** The app in the browser is not used here, and its release for this version cannot be had everywhere. */
const OVERRIDES = { '@directus/app': '18.0.0' };
const LIMIT_MS = 30 * 60_000;
const ADMIN_TOKEN = 'admin-token-for-tests-only';

/** InstalledDirectus is where Directus lies, with a database that is ready to be copied. */
export interface InstalledDirectus {
  readonly folder: string;
}

/**
 * installDirectus gives the Directus in the cache. With `CROSSWALK_PRODUCTS=install` it installs it there from npm, with a
 * Node.js of its own, once: two of its packages are compiled, which is too long for every run of the tests. A text says
 * why there is none.
 */
export async function installDirectus(onProgress: (message: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<InstalledDirectus | string> {
  const folder = path.join(cacheFolder(env), `directus-${VERSION}`);
  if (existsSync(path.join(folder, 'template.sqlite'))) return { folder };
  if (env['CROSSWALK_PRODUCTS'] !== 'install') return `Directus ${VERSION} is not installed; "npm run test:products" does it, which takes many minutes once`;
  onProgress(`installing Directus ${VERSION} with npm; this is done once and takes many minutes`);
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['node', 'app']) mkdirSync(path.join(folder, part), { recursive: true });
  writeFileSync(path.join(folder, 'node/package.json'), JSON.stringify({ private: true }));
  writeFileSync(path.join(folder, 'app/package.json'), JSON.stringify({ private: true, overrides: OVERRIDES }));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  let last = '';
  const run = (program: string, args: readonly string[], cwd: string, extra: NodeJS.ProcessEnv): Promise<string | undefined> =>
    runBackgroundCommand({ program, args: [...args], cwd, env: { ...env, ...extra }, limitMs: LIMIT_MS, onLine: (line) => { last = line; } });
  const failed = await run('npm', ['install', `node@${NODE}`, ...quiet], path.join(folder, 'node'), {})
    // Headers of another Node.js give modules that cannot be loaded.
    ?? await run('npm', ['install', `directus@${VERSION}`, '--omit=dev', ...quiet], path.join(folder, 'app'), { ...withNode(folder, env), npm_config_nodedir: nodeFolder(folder) })
    ?? await run(path.join(folder, 'app/node_modules/.bin/directus'), ['bootstrap'], folder, settings(folder, path.join(folder, 'draft.sqlite'), 0, env));
  if (failed !== undefined) return `Directus not found, and it cannot be installed with npm: ${failed} (${last})`;
  // The last thing, so that whoever finds the template can use all the rest.
  renameSync(path.join(folder, 'draft.sqlite'), path.join(folder, 'template.sqlite'));
  return { folder };
}

/** Directus is a running server with a database of its own, spoken to by its own API as an administrator would. */
export class Directus {
  private constructor(readonly port: number, private readonly process: ChildProcess, private readonly own: string) {}

  static async start({ folder }: InstalledDirectus): Promise<Directus> {
    const own = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-directus-'));
    const database = path.join(own, 'data.sqlite');
    copyFileSync(path.join(folder, 'template.sqlite'), database);
    const port = await choosePort();
    const child = spawn(path.join(folder, 'app/node_modules/.bin/directus'), ['start'], { cwd: own, env: settings(folder, database, port), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said = (said + chunk.toString('utf8')).slice(-4_000); });
    const directus = new Directus(port, child, own);
    for (const until = Date.now() + 120_000; ; await sleep(200)) {
      if ((await fetch(`http://127.0.0.1:${port}/server/ping`).catch(() => undefined))?.ok === true) return directus;
      if (Date.now() < until && child.exitCode === null) continue;
      await directus.stop();
      throw new Error(`Directus did not start: ${said}`);
    }
  }

  /** call sends a request as the administrator and gives what the answer holds; throws for anything but a success. */
  async call(method: string, place: string, body?: unknown): Promise<JsonObject> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${place}`, {
      method, headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${place} was answered with ${answer.status} ${text.slice(0, 500)}`);
    return text === '' ? {} : (JSON.parse(text) as { readonly data: JsonObject }).data;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => { this.process.once('exit', resolve); });
    if (this.process.exitCode === null && this.process.kill()) await ended;
    rmSync(this.own, { recursive: true, force: true });
  }
}

function settings(folder: string, database: string, port: number, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...withNode(folder, env), HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DB_CLIENT: 'sqlite3', DB_FILENAME: database, SECRET: 'a-secret-for-tests-only-0123456789',
    // What it refuses while the machine is busy is not what the tests are about.
    PRESSURE_LIMITER_ENABLED: 'false',
    ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'admin-password-1', ADMIN_TOKEN, SERVE_APP: 'false', TELEMETRY: 'false', LOG_LEVEL: 'warn', NODE_ENV: 'production',
  };
}

function withNode(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [path.join(nodeFolder(folder), 'bin'), env['PATH'] ?? ''].join(path.delimiter) };
}

/** The package `node` holds one for the machine it is installed on, with its headers. */
function nodeFolder(folder: string): string {
  const packages = ['node/node_modules/node/node_modules', 'node/node_modules'].map((part) => path.join(folder, part)).filter((each) => existsSync(each));
  const found = packages.flatMap((each) => readdirSync(each).filter((name) => /^node-(linux|darwin)-/.test(name)).map((name) => path.join(each, name)));
  return found[0] ?? path.join(folder, 'node/node_modules/node');
}
