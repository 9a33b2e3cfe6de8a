import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/local/cache-folder.js';

const files = ['package.json', 'package-lock.json'];
const source = resolve(import.meta.dirname, 'prism');

/**
 * installPrism gives a `require` by which Prism can be loaded. It is no dependency of the project, since it is 90 MB large:
 * it is installed into the cache, once for each lock file. Throws where npm cannot install it.
 */
export async function installPrism(): Promise<NodeJS.Require> {
  const version = createHash('sha256').update(readFileSync(join(source, 'package-lock.json'))).digest('hex').slice(0, 12);
  const target = join(cacheFolder(), `prism-${version}`);
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    const draft = mkdtempSync(`${target}.`);
    try {
      for (const file of files) copyFileSync(join(source, file), join(draft, file));
      await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft, timeout: 240_000 });
      if (!existsSync(target)) renameSync(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return createRequire(join(target, 'package.json'));
}
