import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * replaceFile puts a new text in the place of a file's old one: written beside it, then renamed, so that nobody ever
 * reads half of it. Throws where the file does not hold the old text any more.
 */
export async function replaceFile(file: string, before: string, after: string): Promise<void> {
  const place = await realpath(file);
  const { mode } = await stat(place);
  // Hidden, and no name of a definition: nobody loads it.
  const beside = path.join(path.dirname(place), `.${path.basename(place)}.${randomUUID()}`);
  try {
    const handle = await open(beside, 'wx', mode & 0o777);
    try {
      await handle.writeFile(after, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (await readFile(place, 'utf8') !== before) throw new Error(`${file} was changed by somebody else in the meantime; nothing was written.`);
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
