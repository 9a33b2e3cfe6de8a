import type { Purpose } from '../../contracts/budget.js';
import type { Connector } from '../../contracts/connector.js';
import type { FileObjectDefinition, FilesSystemDefinition } from '../../contracts/files-definition.js';
import { rulesOf } from '../../egress/network-rules.js';
import { createCredentials } from '../../http/credentials.js';
import { createFailureMaker } from '../../http/failure.js';
import type { OpenSystem, SystemDependencies } from '../open-system.js';
import { createSelector } from '../selector.js';
import type { Folder } from './folder.js';
import { openLocalFolder } from './local-folder.js';
import { createFileReader, type FileReaderOptions } from './read-files.js';
import { openSftpFolder, type SftpTarget } from './sftp-folder.js';
import { createFileWriter, type FileWriter } from './write-files.js';

/** openFilesSystem opens a folder with CSV files; one on another machine is connected to at its first use. */
export function openFilesSystem(definition: FilesSystemDefinition, dependencies: SystemDependencies): OpenSystem {
  const { resolve, secrets, networkAllow, lookup } = dependencies;
  const fail = createFailureMaker(definition.system, (text) => secrets.redact(text));
  const credentials = createCredentials(resolve, secrets, fail);
  const { sftp } = definition;
  const target = (): SftpTarget => {
    if (sftp === undefined) throw new Error('the folder is on this machine');
    const { host, port, username, password, privateKey, hostKeys } = sftp;
    return {
      host: credentials.plain(host), port, username: credentials.read(username), hostKeys, folder: credentials.plain(definition.folder), timeoutMs: definition.limits.timeoutMs,
      rules: rulesOf(definition.network, networkAllow), ...(lookup === undefined ? {} : { lookup }),
      ...(password === undefined ? {} : { password: credentials.secret(password) }),
      // Several lines, which no header could carry, so it is read as plain text and kept out of messages all the same.
      ...(privateKey === undefined ? {} : { privateKey: credentials.plain(privateKey) }),
    };
  };
  let opened: Folder | undefined;
  const folder = (): Folder => (opened ??= sftp === undefined ? openLocalFolder(credentials.plain(definition.folder)) : openSftpFolder(target));
  return {
    connector: (purpose) => createFilesConnector(definition, { ...dependencies, fail, folder }, purpose),
    close: async () => opened?.close(),
  };
}

interface FilesRuntime {
  readonly reader: ReturnType<typeof createFileReader> | undefined;
  readonly writer: FileWriter | undefined;
}

function createFilesConnector(definition: FilesSystemDefinition, { budget, fail, folder }: SystemDependencies & Pick<FileReaderOptions, 'fail'> & { readonly folder: () => Folder }, purpose: Purpose): Connector {
  const { system, objects, limits, timeZone } = definition;
  const runtimes = new Map<string, FilesRuntime>();
  const permitted: FileReaderOptions['permitted'] = async (signal, work) => {
    const permit = await budget.acquire(purpose, signal);
    try {
      return await work();
    } finally {
      permit.release();
    }
  };
  const described = (object: string): FileObjectDefinition => {
    const found = Object.hasOwn(objects, object) ? objects[object] : undefined;
    if (found === undefined) throw new Error(`The system ${system} has no object '${object}'.`);
    return found;
  };
  const runtimeOf = (object: string): FilesRuntime => {
    const ready = runtimes.get(object);
    if (ready !== undefined) return ready;
    const own = described(object);
    const shared = { definition: own, folder: folder(), fail, permitted };
    const runtime = {
      reader: own.read === undefined ? undefined : createFileReader({ ...shared, read: own.read, selector: createSelector(own, timeZone), timeoutMs: limits.timeoutMs }),
      writer: own.write === undefined ? undefined : createFileWriter({ ...shared, write: own.write }),
    };
    runtimes.set(object, runtime);
    return runtime;
  };
  return {
    system,
    async *list(object, request) {
      const { reader } = runtimeOf(object);
      // What takes files only has nothing that could be read beforehand.
      if (reader === undefined) yield { records: [], bad: [], next: null };
      else yield* reader(request);
    },
    async get(object) {
      throw new Error(`The object ${system}.${object} has no get.`);
    },
    async find(object, field) {
      throw new Error(`The object ${system}.${object} has no find by '${field}'.`);
    },
    async write(object, items, signal, beforeSend) {
      const [first] = items;
      if (first === undefined) return [];
      const { writer } = runtimeOf(object);
      if (writer === undefined || described(object)[first.kind] === undefined) throw new Error(`The object ${system}.${object} has no ${first.kind}.`);
      if (items.some(({ kind }) => kind !== first.kind)) throw new Error(`The items of one write to ${system}.${object} are not all of one kind.`);
      return writer(items, signal, beforeSend);
    },
    batchSize(object, kind) {
      const own = described(object);
      return own[kind] === undefined ? 0 : own.write?.batch ?? 0;
    },
    // The keys of the rows of a file are noted, so each row is found again however it is sent.
    sendsIdempotencyKey: (object, kind) => described(object)[kind] !== undefined,
  };
}
