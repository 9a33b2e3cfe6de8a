import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { listReferences } from '../../config/references.js';

/**
 * keepHookSecret writes a secret that a sender gave to the file that its reference names, readable for its owner only;
 * false where there is such a file already. Throws where it cannot be written, or the reference names no file.
 */
export async function keepHookSecret(baseFolder: string, reference: string, secret: string): Promise<boolean> {
  const [found] = listReferences(reference);
  if (found?.kind !== 'file') throw new Error(`${reference} is no file, so a secret that the sender gives cannot be kept in it.`);
  try {
    await writeFile(resolve(baseFolder, found.target), `${secret}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
