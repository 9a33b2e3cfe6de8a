import { createHash, generateKeyPairSync } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, existsSync, rmSync, writeSync, type Stats } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE, flagsToString } = utils.sftp;

/** SftpServer is an SFTP server on 127.0.0.1 that gives out one folder, to the user `legacy` with the password `right`. */
export class SftpServer {
  readonly connections = new Set<Connection>();
  /** Called before each command; false: it is never answered. */
  heeds: (command: string) => boolean = () => true;
  /** Names that a listing holds besides what is there. */
  extraNames: readonly string[] = [];

  private constructor(private readonly root: string, private readonly server: InstanceType<typeof Server>, readonly fingerprint: string) {}

  static async start(root: string): Promise<SftpServer> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'sec1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const key = utils.parseKey(privateKey);
    if (key instanceof Error) throw key;
    const fingerprint = `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=$/, '')}`;
    const server = new Server({ hostKeys: [privateKey] });
    const started = new SftpServer(root, server, fingerprint);
    server.on('connection', (connection) => started.serve(connection));
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.end();
    await new Promise<void>((resolve) => { this.server.close(() => resolve()); });
  }

  private serve(connection: Connection): void {
    this.connections.add(connection);
    (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('close', () => this.connections.delete(connection)).on('error', () => undefined);
    connection.on('authentication', (asked) => {
      if (asked.method === 'password' && asked.username === 'legacy' && asked.password === 'right') asked.accept();
      else asked.reject(['password']);
    });
    connection.on('session', (accept) => { accept().on('sftp', (acceptSftp) => this.answer(acceptSftp())); });
  }

  private answer(sftp: SFTPWrapper): void {
    const handles = new Map<number, { readonly file?: number; names?: readonly string[]; readonly folder?: string }>();
    let made = 0;
    const handle = (value: Parameters<typeof handles.set>[1]): Buffer => {
      const buffer = Buffer.alloc(4);
      buffer.writeUInt32BE(made += 1);
      handles.set(made, value);
      return buffer;
    };
    const of = (buffer: Buffer) => handles.get(buffer.readUInt32BE(0)) ?? {};
    const within = (path: string): string => join(this.root, path);
    const attrs = (stats: Stats) => ({ mode: stats.mode, uid: 0, gid: 0, size: stats.size, atime: Math.floor(stats.atimeMs / 1_000), mtime: Math.floor(stats.mtimeMs / 1_000) });
    const guarded = (command: string, id: number, work: () => void): void => {
      if (!this.heeds(command)) return;
      try {
        work();
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : '';
        sftp.status(id, code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : code === 'EACCES' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE);
      }
    };
    sftp.on('OPENDIR', (id, path) => guarded('OPENDIR', id, () => {
      const folder = within(path);
      sftp.handle(id, handle({ folder, names: [...readdirSync(folder), ...this.extraNames] }));
    }));
    sftp.on('READDIR', (id, buffer) => guarded('READDIR', id, () => {
      const entry = of(buffer);
      const names = entry.names ?? [];
      entry.names = [];
      if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
      return sftp.name(id, names.map((filename) => ({ filename, longname: filename, attrs: attrs(this.extraNames.includes(filename) ? lstatSync(import.meta.filename) : lstatSync(join(entry.folder ?? '', filename))) })));
    }));
    sftp.on('OPEN', (id, path, flags) => guarded('OPEN', id, () => sftp.handle(id, handle({ file: openSync(within(path), flagsToString(flags) ?? (flags & OPEN_MODE.WRITE ? 'w' : 'r')) }))));
    sftp.on('READ', (id, buffer, offset, length) => guarded('READ', id, () => {
      const data = Buffer.alloc(length);
      const count = readSync(of(buffer).file ?? -1, data, 0, length, offset);
      if (count === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, data.subarray(0, count));
    }));
    sftp.on('WRITE', (id, buffer, offset, data) => guarded('WRITE', id, () => {
      writeSync(of(buffer).file ?? -1, data, 0, data.length, offset);
      sftp.status(id, STATUS_CODE.OK);
    }));
    sftp.on('CLOSE', (id, buffer) => guarded('CLOSE', id, () => {
      const { file } = of(buffer);
      if (file !== undefined) closeSync(file);
      sftp.status(id, STATUS_CODE.OK);
    }));
    const stat = (command: string) => (id: number, path: string): void => guarded(command, id, () => sftp.attrs(id, attrs(lstatSync(within(path)))));
    sftp.on('STAT', stat('STAT')).on('LSTAT', stat('LSTAT'));
    sftp.on('FSTAT', (id, buffer) => guarded('FSTAT', id, () => sftp.attrs(id, attrs(fstatSync(of(buffer).file ?? -1)))));
    for (const command of ['SETSTAT', 'FSETSTAT'] as const) sftp.on(command, (id: number) => guarded(command, id, () => sftp.status(id, STATUS_CODE.OK)));
    sftp.on('MKDIR', (id, path) => guarded('MKDIR', id, () => {
      mkdirSync(within(path));
      sftp.status(id, STATUS_CODE.OK);
    }));
    sftp.on('RENAME', (id, from, to) => guarded('RENAME', id, () => {
      // As the protocol has it: a name that is taken is refused.
      if (existsSync(within(to))) return sftp.status(id, STATUS_CODE.FAILURE);
      renameSync(within(from), within(to));
      return sftp.status(id, STATUS_CODE.OK);
    }));
    sftp.on('REMOVE', (id, path) => guarded('REMOVE', id, () => {
      rmSync(within(path));
      sftp.status(id, STATUS_CODE.OK);
    }));
  }
}
