import { createWaitingLine } from './waiting-line.js';

/** Admission is the leave to send one request; `isProbe` says that it is to find out whether a ban is over. */
export interface Admission {
  readonly isProbe: boolean;
}

/** RateLimitBan is what one process knows of a system that answers 429: how often in a row, and who is finding out whether it still does. */
export interface RateLimitBan {
  /** admit lets a request through; undefined while another one finds out whether the ban is over. */
  admit(): Admission | undefined;
  /** wait waits until that one is back; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** limited notes that a request was answered 429, and gives how many rounds in a row it was so, from 1. */
  limited(admission: Admission): number;
  /** settled notes that a request came to another end; only one that was answered ends a ban. */
  settled(admission: Admission, wasAnswered: boolean): void;
}

/** createRateLimitBan makes one that lets everything through until the first 429; from then on one request at a time tries. */
export function createRateLimitBan(): RateLimitBan {
  const waiting = createWaitingLine<void>();
  let rounds = 0;
  let isProbing = false;
  const probeEnded = ({ isProbe }: Admission): void => {
    if (!isProbe) return;
    isProbing = false;
    while (waiting.size() > 0) waiting.admitFirst();
  };
  return {
    admit() {
      if (rounds === 0) return { isProbe: false };
      if (isProbing) return undefined;
      isProbing = true;
      return { isProbe: true };
    },
    wait: (signal) => waiting.join(signal),
    limited(admission) {
      // Requests that were on their way when the ban began are answered 429 as well; together they are one round.
      if (rounds === 0 || admission.isProbe) rounds += 1;
      probeEnded(admission);
      return rounds;
    },
    settled(admission, wasAnswered) {
      if (admission.isProbe && wasAnswered) rounds = 0;
      probeEnded(admission);
    },
  };
}
