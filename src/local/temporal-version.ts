import { spawnSync } from 'node:child_process';

const OLDEST = { major: 1, minor: 28 };

/** checkTemporalBinary runs a program with `--version` and gives the version line of a usable Temporal CLI, or why it is none. */
export function checkTemporalBinary(file: string): { readonly version: string } | { readonly reason: string } {
  const { error, status, stdout, stderr } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000, maxBuffer: 1 << 20, cwd: '/' });
  if (error !== undefined) return { reason: `cannot be run (${error.message})` };
  if (status !== 0) return { reason: `--version ended with ${status ?? 'a signal'} ${stderr.trim().slice(0, 200)}`.trim() };
  const line = stdout.trim().split('\n', 1)[0] ?? '';
  const server = /^temporal version \S+ \(Server (\d+)\.(\d+)\.\d+/i.exec(line);
  if (server === null) return { reason: `is not the Temporal CLI (--version says "${line.slice(0, 80)}")` };
  const [major, minor] = [Number(server[1]), Number(server[2])];
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    return { reason: `is too old (Server ${major}.${minor}, needs ${OLDEST.major}.${OLDEST.minor})` };
  }
  return { version: line };
}
