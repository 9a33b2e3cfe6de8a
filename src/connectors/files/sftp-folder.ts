import { createHash, timingSafeEqual } from 'node:crypto';
import { posix } from 'node:path';
import { Client, type SFTPWrapper } from 'ssh2';
import type { Readable } from 'node:stream';
import type { NetworkRules } from '../../egress/network-rules.js';
import { AddressRefused, type AddressLookup } from '../../http/guarded-connect.js';
import { connectGuarded } from '../../http/guarded-socket.js';
import { FolderError, isPlainName, subfolders, type Folder, type FolderEntry, type FolderProblem } from './folder.js';

/** SftpTarget is where a folder lies, with every reference resolved. */
export interface SftpTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly hostKeys: readonly string[];
  readonly folder: string;
  readonly timeoutMs: number;
  readonly rules: NetworkRules;
  readonly lookup?: AddressLookup;
}

interface Connection {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
}

/** openSftpFolder opens a folder of another machine over SFTP; the connection is made at the first use, and again after it was lost. */
export function openSftpFolder(target: () => SftpTarget): Folder {
  let connecting: Promise<Connection> | undefined;
  let path = '';
  const connection = (): Promise<Connection> => {
    if (connecting !== undefined) return connecting;
    const chosen = target();
    path = chosen.folder;
    const opening = connect(chosen, () => { if (connecting === opening) connecting = undefined; });
    connecting = opening;
    opening.catch(() => { if (connecting === opening) connecting = undefined; });
    return opening;
  };
  const forget = async (): Promise<void> => {
    const before = connecting;
    connecting = undefined;
    (await before?.catch(() => undefined))?.client.end();
  };
  /** Runs one command within the time limit; a connection that does not answer is given up. */
  const run = async <Result>(what: string, work: (sftp: SFTPWrapper, done: (error: Error | null | undefined, result?: Result) => void) => void): Promise<Result> => {
    const { sftp } = await connection();
    const { timeoutMs } = target();
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => {
        void forget();
        reject(new FolderError(`cannot ${what}: no answer within ${timeoutMs} ms`, 'unreachable'));
      }, timeoutMs);
      const lost = (): void => {
        clearTimeout(timer);
        reject(new FolderError(`cannot ${what}: the connection was lost`, 'unreachable'));
      };
      sftp.once('close', lost);
      work(sftp, (error, result) => {
        clearTimeout(timer);
        sftp.off('close', lost);
        if (error == null) resolve(result as Result);
        else reject(folderError(error, what));
      });
    });
  };
  const makeFolder = (subfolder: string): Promise<void> =>
    run<void>(`make the folder ${subfolder}`, (sftp, done) => { sftp.mkdir(posix.join(path, subfolder), { mode: 0o750 }, () => done(null)); });
  // Standard renames refuse a name that is taken, which is what is wanted here.
  const rename = (from: string, to: string): Promise<void> => run<void>(`move ${posix.basename(to)}`, (sftp, done) => { sftp.rename(posix.join(path, from), posix.join(path, to), (error) => done(error)); });

  return {
    async list(subfolder) {
      await connection();
      const folder = subfolder === undefined ? path : posix.join(path, subfolder);
      const found = await run<{ filename: string; attrs: { size: number; mtime: number; isFile(): boolean } }[]>('list the folder', (sftp, done) => { sftp.readdir(folder, (error, entries) => done(error, entries)); }).catch((error: unknown) => {
        if (subfolder !== undefined && error instanceof FolderError && error.problem === 'missing') return [];
        throw error;
      });
      // A server could name anything: names that are paths are no files of this folder.
      return found.filter(({ filename, attrs }) => isPlainName(filename) && attrs.isFile()).map(({ filename, attrs }): FolderEntry => ({ name: filename, bytes: attrs.size, modifiedMs: attrs.mtime * 1_000 }));
    },
    async read(name, subfolder) {
      const { sftp } = await connection();
      const stream: Readable = sftp.createReadStream(posix.join(path, ...(subfolder === undefined ? [] : [subfolder]), name));
      const lost = (): void => { stream.destroy(new FolderError(`cannot read ${name}: the connection was lost`, 'unreachable')); };
      sftp.once('close', lost);
      stream.once('close', () => sftp.off('close', lost));
      return stream;
    },
    async stage(name, content) {
      await connection();
      await makeFolder(subfolders.staging);
      await run<void>(`stage ${name}`, (sftp, done) => { sftp.writeFile(posix.join(path, subfolders.staging, name), Buffer.from(content), { mode: 0o640 }, (error) => done(error ?? null)); });
    },
    publish: (staged, name) => rename(posix.join(subfolders.staging, staged), name),
    async setAside(name, as) {
      await connection();
      await makeFolder(subfolders.processed);
      await rename(name, posix.join(subfolders.processed, as));
    },
    discard: (name) => run<void>(`remove ${name}`, (sftp, done) => { sftp.unlink(posix.join(path, subfolders.staging, name), () => done(null)); }),
    close: forget,
  };
}

async function connect({ host, port, username, password, privateKey, hostKeys, timeoutMs, rules, lookup }: SftpTarget, onLost: () => void): Promise<Connection> {
  const sock = await connectGuarded(host, port, rules, Math.min(timeoutMs, 20_000), lookup).catch((error: unknown) => {
    if (error instanceof AddressRefused) throw new FolderError(`cannot connect: ${error.why}; where it is meant, list it in "network" of the system`, 'not-opened');
    throw new FolderError(`cannot connect (${error instanceof Error ? codeOf(error) : 'unknown error'})`, 'unreachable', { cause: error });
  });
  const client = new Client();
  let shown: string | undefined;
  return new Promise<Connection>((resolve, reject) => {
    const refuse = (error: Error & { level?: string }): void => {
      client.end();
      if (shown !== undefined) reject(new FolderError(`cannot connect: the host shows the key SHA256:${shown}, which is not among 'hostKeys'; find out why before you add it`, 'untrusted'));
      else if (error.level === 'client-authentication') reject(new FolderError('cannot connect: the user, the password or the key was refused', 'credentials'));
      else reject(new FolderError(`cannot connect (${error.level ?? codeOf(error)})`, 'unreachable', { cause: error }));
    };
    client.on('error', refuse).on('close', () => {
      onLost();
      refuse(new Error('closed'));
    }).on('ready', () => {
      // Commands are small, and each waits for its answer.
      client.setNoDelay(true);
      client.sftp((error, sftp) => {
        if (error !== undefined) return refuse(error);
        return resolve({ client, sftp });
      });
    });
    try {
      client.connect({
        sock, username, readyTimeout: Math.min(timeoutMs, 20_000), keepaliveInterval: 10_000, keepaliveCountMax: 3,
        ...(password === undefined ? {} : { password }), ...(privateKey === undefined ? {} : { privateKey }),
        hostVerifier: (key: Buffer) => {
          const print = createHash('sha256').update(key).digest('base64').replace(/=$/, '');
          const isKnown = hostKeys.some((pinned) => isSame(print, pinned.replace(/^SHA256:/, '').replace(/=$/, '')));
          if (!isKnown) shown = print;
          return isKnown;
        },
      });
    } catch (error) {
      // A private key that cannot be read; what is wrong with it must not be shown.
      reject(new FolderError('cannot connect: the private key cannot be used', 'credentials', { cause: error instanceof Error ? error.name : undefined }));
    }
  });
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
const problems: Readonly<Record<number, FolderProblem>> = { 2: 'missing', 3: 'not-allowed' };

function folderError(error: Error, what: string): FolderError {
  if (error instanceof FolderError) return error;
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
  return new FolderError(`cannot ${what} (${code === undefined ? codeOf(error) : `SFTP status ${code}`})`, code === undefined ? 'unreachable' : problems[code] ?? 'failed', { cause: error });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'connection closed';
}
