import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBackgroundCommand } from '../../src/local/background-command.js';
import { cacheFolder } from '../../src/local/cache-folder.js';

const packages = ['trytond==8.2.1', 'trytond-party==8.2.0', 'trytond-country==8.2.0'];
const LIMIT_MS = 5 * 60_000;

/** Installed is where Tryton lies with a database that is ready to be copied, and the key of an application in it. */
interface Installed {
  readonly folder: string;
  readonly key: string;
}

/**
 * installTryton gives the Tryton in the cache, or installs it there with Python (a minute, once), with an empty database
 * that has the module party; a text says why there is none.
 */
export async function installTryton(onProgress: (message: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<Installed | string> {
  const folder = path.join(cacheFolder(env), 'tryton-8.2.1');
  const keyFile = path.join(folder, 'key');
  if (existsSync(keyFile)) return { folder, key: readFileSync(keyFile, 'utf8').trim() };
  onProgress('installing Tryton with Python; this is done once and takes about a minute');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const run = (program: string, args: readonly string[]): Promise<string | undefined> =>
    runBackgroundCommand({ program, args: [...args], cwd: folder, env: { ...env, TRYTONPASSFILE: path.join(folder, 'password') }, limitMs: LIMIT_MS, onLine: () => undefined });
  const draft = path.join(folder, 'main.sqlite');
  writeFileSync(path.join(folder, 'password'), 'a-password-for-tests-only\n');
  writeFileSync(draft, '');
  writeFileSync(path.join(folder, 'trytond.conf'), configuration(folder, 0));
  writeFileSync(path.join(folder, 'make-key.py'), makeKey);
  const failed = await run('python3', ['-m', 'venv', 'venv'])
    ?? await run(path.join(folder, 'venv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages])
    ?? await run(path.join(folder, 'venv/bin/trytond-admin'), ['-c', 'trytond.conf', '-d', 'main', '-u', 'party', '--activate-dependencies', '--email', 'test@example.com'])
    ?? await run(path.join(folder, 'venv/bin/python'), ['make-key.py']);
  if (failed !== undefined) return `Tryton not found, and it cannot be installed with Python: ${failed}`;
  // The last thing, so that whoever finds the key can use all the rest.
  renameSync(path.join(folder, 'key.draft'), keyFile);
  return { folder, key: readFileSync(keyFile, 'utf8').trim() };
}

/** Tryton is a running server with a database of its own. */
export class Tryton {
  private constructor(readonly port: number, readonly key: string, private readonly process: ChildProcess, private readonly folder: string) {}

  static async start({ folder, key }: Installed): Promise<Tryton> {
    const own = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-tryton-'));
    copyFileSync(path.join(folder, 'main.sqlite'), path.join(own, 'main.sqlite'));
    const port = await freePort();
    writeFileSync(path.join(own, 'trytond.conf'), configuration(own, port));
    const child = spawn(path.join(folder, 'venv/bin/trytond'), ['-c', path.join(own, 'trytond.conf')], { stdio: 'ignore' });
    const tryton = new Tryton(port, key, child, own);
    for (const until = Date.now() + 60_000; ; await sleep(100)) {
      const answer = await fetch(`http://127.0.0.1:${port}/main/rest/model/party.party?s=1`, { headers: { authorization: `Bearer ${key}` } }).catch(() => undefined);
      if (answer?.ok === true) return tryton;
      if (Date.now() > until || child.exitCode !== null) {
        await tryton.stop();
        throw new Error('Tryton did not start');
      }
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => { this.process.once('exit', resolve); });
    if (this.process.exitCode === null && this.process.kill()) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const configuration = (folder: string, port: number): string => `[database]\nuri = sqlite://\npath = ${folder}\n[web]\nlisten = 127.0.0.1:${port}\n`;

const makeKey = `from trytond.config import config
config.update_etc('trytond.conf')
from trytond.pool import Pool
from trytond.transaction import Transaction
Pool.start()
pool = Pool('main')
pool.init()
with Transaction().start('main', 1) as transaction:
    Application = pool.get('res.user.application')
    application = Application(user=1, application='rest')
    application.save()
    application.state = 'validated'
    application.save()
    open('key.draft', 'w').write(application.key)
    transaction.commit()
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}
