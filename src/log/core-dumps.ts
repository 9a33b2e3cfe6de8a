import { readFileSync } from 'node:fs';

/** coreDumpsPossible says whether this process would leave a dump of its memory, credentials and all, if it crashed; undefined where the system does not tell. */
export function coreDumpsPossible(limits: () => string = () => readFileSync('/proc/self/limits', 'utf8')): boolean | undefined {
  try {
    const [, soft] = /^Max core file size\s+(\S+)/m.exec(limits()) ?? [];
    return soft === undefined ? undefined : soft !== '0';
  } catch {
    return undefined;
  }
}

/** warnOfCoreDumps says once, at the start, that a crash of this process would leave credentials on the disk. */
export function warnOfCoreDumps(log: { warn(message: string): void }): void {
  if (coreDumpsPossible() === true) log.warn('Core dumps are on: one of this process would hold credentials in clear. Start it with "ulimit -c 0", LimitCORE=0 (systemd) or ulimits: { core: 0 } (Compose).');
}
