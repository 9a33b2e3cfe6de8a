import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderError, isPlainName, subfolders, type Folder, type FolderEntry, type FolderProblem } from './folder.js';

/** openLocalFolder opens a folder of this machine, by its absolute path. Links are not followed: one could lead out of the folder. */
export function openLocalFolder(path: string): Folder {
  const at = (name: string, subfolder?: string): string => join(path, ...(subfolder === undefined ? [] : [subfolder]), name);
  const staging = join(path, subfolders.staging);

  return {
    async list(subfolder) {
      const folder = subfolder === undefined ? path : join(path, subfolder);
      const names = await readdir(folder).catch((error: unknown) => {
        if (subfolder !== undefined && codeOf(error) === 'ENOENT') return [];
        throw folderError(error, 'list the folder');
      });
      const entries: FolderEntry[] = [];
      for (const name of names.filter((each) => isPlainName(each))) {
        // Another process may have taken it away by now.
        const found = await lstat(join(folder, name)).catch(() => undefined);
        if (found?.isFile() === true) entries.push({ name, bytes: found.size, modifiedMs: Math.floor(found.mtimeMs) });
      }
      return entries;
    },
    async read(name, subfolder) {
      try {
        const file = await open(at(name, subfolder), constants.O_RDONLY | constants.O_NOFOLLOW);
        return file.createReadStream();
      } catch (error) {
        throw folderError(error, `read ${name}`);
      }
    },
    stage: (name, content) => attempt(`stage ${name}`, async () => {
      await mkdir(staging, { recursive: true, mode: 0o700 });
      const file = await open(join(staging, name), constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o640);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    }),
    publish: (staged, name) => attempt(`publish ${name}`, async () => {
      await rename(join(staging, staged), at(name));
      await syncFolder(path);
    }),
    setAside: (name, as) => attempt(`move ${name}`, async () => {
      await mkdir(join(path, subfolders.processed), { recursive: true });
      await rename(at(name), join(path, subfolders.processed, as));
    }),
    discard: (name) => attempt(`remove ${name}`, () => rm(join(staging, name), { force: true })),
    close: async () => undefined,
  };
}

/** A new name is only as durable as the folder that holds it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw folderError(error, what);
  }
}

const problems: Readonly<Record<string, FolderProblem>> = { ENOENT: 'missing', ENOTDIR: 'missing', EACCES: 'not-allowed', EPERM: 'not-allowed', EROFS: 'not-allowed', ELOOP: 'refused', EISDIR: 'refused' };

function folderError(error: unknown, what: string): FolderError {
  const code = codeOf(error);
  return new FolderError(`cannot ${what} (${code})`, problems[code] ?? 'failed', { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason';
}
