import os from 'node:os';
import path from 'node:path';

/** cacheFolder gives the folder for what can be fetched or built again: `crosswalk` in the user's cache (XDG Base Directory). */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'];
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(os.homedir(), '.cache'), 'crosswalk');
}
