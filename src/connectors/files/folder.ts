import type { Readable } from 'node:stream';

/** FolderEntry is a regular file of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** subfolders is the folders within that of a system: what was read, and what is not ready to be seen. */
export const subfolders = { processed: 'processed', staging: '.crosswalk' } as const;

/** Subfolder is one of the folders within that of a system. */
export type Subfolder = (typeof subfolders)[keyof typeof subfolders];

/**
 * Folder is the folder of a system, on this machine or elsewhere. Names are checked by whoever passes them: isPlainName.
 * Everything rejects with FolderError.
 */
export interface Folder {
  /** list gives the regular files; links and folders are left out. A subfolder that is not there is empty. */
  list(subfolder?: Subfolder): Promise<readonly FolderEntry[]>;
  /** read gives the bytes of a file as a stream, whose error is a FolderError. */
  read(name: string, subfolder?: Subfolder): Promise<Readable>;
  /** stage writes a file into the staging folder, to the end and onto the disk; one of that name is replaced. */
  stage(name: string, content: Uint8Array): Promise<void>;
  /** publish moves a staged file into the folder, in one step, under a name that nobody has. */
  publish(staged: string, name: string): Promise<void>;
  /** setAside moves a file into the folder of those that were read. */
  setAside(name: string, as: string): Promise<void>;
  /** discard removes a file of the staging folder; one that is not there is no error. */
  discard(name: string): Promise<void>;
  close(): Promise<void>;
}

/** FolderProblem is why something could not be done in a folder. */
export type FolderProblem = 'missing' | 'not-allowed' | 'refused' | 'unreachable' | 'not-opened' | 'untrusted' | 'credentials' | 'failed';

/** FolderError is thrown where a folder or a file in it cannot be used; its message names no secret. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
  constructor(message: string, readonly problem: FolderProblem, options?: ErrorOptions) {
    super(message, options);
  }
}

/** isPlainName says whether a name is that of a file within a folder, whoever made it up: no path, nothing hidden, no control characters. */
export function isPlainName(name: string): boolean {
  return name !== '' && name.length <= 255 && !name.startsWith('.') && !/[/\\\p{Cc}]/u.test(name);
}
