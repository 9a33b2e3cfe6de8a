import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** CoreDumpControls is how a process learns and changes what is left behind of it when it crashes. */
export interface CoreDumpControls {
  /** Text of /proc/self/limits; throws where the system has none. */
  limits: () => string;
  /** Leaves all memory out of dumps of this process and of those it starts; throws where that cannot be done. */
  leaveMemoryOut: () => void;
  /** Sets the limit for dumps of this process, and of those it starts, to zero for good; throws where that cannot be done. */
  forbid: () => void;
}

/** Linux: core(5), prlimit(1). A process cannot set its own limit from JavaScript. */
const ownControls: CoreDumpControls = {
  limits: () => readFileSync('/proc/self/limits', 'utf8'),
  leaveMemoryOut: () => { writeFileSync('/proc/self/coredump_filter', '0'); },
  forbid: () => { execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:0'], { stdio: 'ignore', timeout: 5_000 }); },
};

/** coreDumpsPossible says whether this process would leave a dump if it crashed; undefined where the system does not tell. */
export function coreDumpsPossible(limits: () => string = ownControls.limits): boolean | undefined {
  try {
    const [, soft] = /^Max core file size\s+(\S+)/m.exec(limits()) ?? [];
    return soft === undefined ? undefined : soft !== '0';
  } catch {
    return undefined;
  }
}

/**
 * preventCoreDumps sees to it that a crash leaves no memory of this process on a disk, credentials and all: no dump is
 * written, and one that is written all the same, such as by a program that `core_pattern` names, holds no memory. Says so
 * where neither could be done.
 */
export function preventCoreDumps(log: { warn(message: string): void }, controls: CoreDumpControls = ownControls): void {
  const isEmpty = tried(() => controls.leaveMemoryOut());
  if (coreDumpsPossible(() => controls.limits()) === true) tried(() => controls.forbid());
  if (isEmpty || coreDumpsPossible(() => controls.limits()) !== true) return;
  log.warn('Core dumps are on: one of this process would hold credentials in clear. Start it with "ulimit -c 0", LimitCORE=0 (systemd) or ulimits: { core: 0 } (Compose).');
}

function tried(change: () => void): boolean {
  try {
    change();
    return true;
  } catch {
    return false;
  }
}
