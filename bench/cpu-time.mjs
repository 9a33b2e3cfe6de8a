// The CPU time that processes have used, with those that they have started, from the kernel's own accounting.
import { readFileSync, readdirSync } from 'node:fs';

/** Of /proc, user and system time are counted in hundredths of a second on Linux. */
const TICK_MS = 10;

function processes() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(pid), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS }];
    } catch {
      return [];
    }
  });
}

/** CPU milliseconds of each named process, with all that it started and that still run and have no name of their own; null where there is no /proc. */
export function cpuTimes(pids) {
  try {
    const all = processes();
    const named = new Set(Object.values(pids));
    const total = (pid) => all.filter((each) => each.pid === pid).reduce((sum, { ms }) => sum + ms, 0) + all.filter((each) => each.parent === pid && !named.has(each.pid)).reduce((sum, child) => sum + total(child.pid), 0);
    return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, total(pid)]));
  } catch {
    return null;
  }
}
