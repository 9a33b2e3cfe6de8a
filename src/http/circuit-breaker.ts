import type { CircuitDefinition, CircuitShare, OpenCircuit } from '../contracts/circuit.js';

/** Pass is what a circuit says to a request: go; go, to find out whether the system is well again; or not now. */
export type Pass = { readonly kind: 'go' | 'probe' } | { readonly kind: 'open'; readonly waitMs: number; readonly reason: string };

/** CircuitBreaker leaves a system alone once requests in a row have failed, and tries it with one request at a time until it is well. */
export interface CircuitBreaker {
  admit(): Pass | Promise<Pass>;
  /** report tells what came of a request that was let through; `unclear` where it says nothing about the system. */
  report(pass: Pass, result: 'answered' | 'failed' | 'unclear', reason: string): void;
}

/** CircuitOptions is what a breaker works with; without a share it is that of one process. */
export interface CircuitOptions {
  readonly share?: CircuitShare;
  /** How long a probe may take, milliseconds. */
  readonly probeMs: number;
  readonly now?: () => number;
}

/** How often it is asked what other workers have found, while requests are made, milliseconds. */
const LOOK_MS = 2_000;
/** How soon a worker asks again while another one is finding out, milliseconds. */
const PROBE_AGAIN_MS = 500;
const LONGEST_PAUSE_MS = 300_000;

const go: Pass = { kind: 'go' };

/** noCircuit lets everything through. */
export const noCircuit: CircuitBreaker = { admit: () => go, report: () => undefined };

/** createCircuitBreaker makes a breaker that is closed. Where the share cannot be asked, the worker goes by what it knows itself. */
export function createCircuitBreaker({ failures: most, pauseMs }: CircuitDefinition, { share, probeMs, now = Date.now }: CircuitOptions): CircuitBreaker {
  let failures = 0;
  let rounds = 0;
  let open: { readonly untilMs: number; readonly reason: string } | undefined;
  let probing = false;
  let lookedAtMs = 0;

  const take = (found: OpenCircuit | undefined): void => {
    // Failures in a row are counted on while nobody else has met any.
    if (found === undefined) {
      if (open !== undefined) close();
    } else open = { untilMs: now() + found.remainingMs, reason: found.reason };
  };
  const close = (): void => {
    open = undefined;
    failures = 0;
    rounds = 0;
  };
  const look = async (): Promise<void> => {
    lookedAtMs = now();
    // What happened while it was asked counts more than the answer.
    const before = open;
    const found = await share?.look().catch(() => open && { remainingMs: open.untilMs - now(), reason: open.reason });
    if (share !== undefined && open === before) take(found);
  };
  const leaveAlone = (reason: string): void => {
    rounds += 1;
    const ms = Math.min(pauseMs * 2 ** (rounds - 1), LONGEST_PAUSE_MS);
    const own = { untilMs: now() + ms, reason };
    open = own;
    share?.open(pauseMs, reason).then((found) => { if (open === own) take(found); }, () => undefined);
  };
  const halfOpen = async (): Promise<Pass> => {
    probing = true;
    await look();
    if (open === undefined || open.untilMs > now()) {
      probing = false;
      return passNow();
    }
    const claimed = await (share?.claimProbe(probeMs).catch(() => true) ?? true);
    if (claimed) return { kind: 'probe' };
    probing = false;
    return { kind: 'open', waitMs: PROBE_AGAIN_MS, reason: open.reason };
  };
  const passNow = (): Pass => (open === undefined ? go : { kind: 'open', waitMs: Math.max(open.untilMs - now(), PROBE_AGAIN_MS), reason: open.reason });

  return {
    admit() {
      if (open === undefined) {
        if (share !== undefined && now() - lookedAtMs >= LOOK_MS) void look();
        return go;
      }
      if (probing) return { kind: 'open', waitMs: PROBE_AGAIN_MS, reason: open.reason };
      return open.untilMs > now() ? passNow() : halfOpen();
    },
    report(pass, result, reason) {
      if (pass.kind === 'probe') {
        probing = false;
        if (result === 'failed') leaveAlone(reason);
        if (result === 'unclear') share?.releaseProbe().catch(() => undefined);
        if (result !== 'answered') return;
        close();
        share?.close().catch(() => undefined);
        return;
      }
      if (open !== undefined || result === 'unclear') return;
      failures = result === 'failed' ? failures + 1 : 0;
      if (failures >= most) leaveAlone(`${failures} requests in a row have failed; the last one ${reason}`);
    },
  };
}
