import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ClaimedStateFolder } from './state-folder.js';

/** sealingKeyFile is where a local instance keeps the key that seals its stored credentials. */
export function sealingKeyFile(root: string): string {
  return path.join(root, 'sealing-keys');
}

/** makeSealingKeyFile makes that key where there is none, readable for its owner only, and gives the path. */
export function makeSealingKeyFile({ root }: Pick<ClaimedStateFolder, 'root'>): string {
  const file = sealingKeyFile(root);
  if (!existsSync(file)) writeFileSync(file, `local-1:${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  return file;
}
