import { setTimeout as delay } from 'node:timers/promises';
import type { BatchJob } from '../contracts/system-definition.js';
import { compileCondition } from '../domain/condition.js';
import { compileGetter } from '../domain/json-pointer.js';
import type { HttpAnswer } from '../http/client-types.js';
import { readId } from './record-id.js';
import type { Requester } from './requester.js';

/** JobWaiter waits for the job that an answer has begun; undefined where its end is not known. */
export type JobWaiter = (answer: HttpAnswer, signal: AbortSignal) => Promise<HttpAnswer | undefined>;

/**
 * createJobWaiter makes a waiter that looks at a job every so often until its answer says that it has ended. A look that
 * fails is repeated with the next one: the job goes on whether or not somebody looks.
 */
export function createJobWaiter(job: BatchJob, requester: Requester, now: () => number = () => performance.now()): JobWaiter {
  const idOf = compileGetter(job.id);
  const isDone = compileCondition(job.done);
  return async (begun, signal) => {
    if (begun.json === undefined || isDone(begun.json)) return begun;
    const id = readId(idOf(begun.json));
    if (id === undefined) return undefined;
    const until = now() + job.withinMs;
    while (now() < until) {
      await delay(job.everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      const verdict = await requester.client.send(requester.request({ method: 'GET', path: job.path }, id, { operation: 'read', signal }));
      if (verdict.outcome === 'ok' && verdict.answer.json !== undefined && isDone(verdict.answer.json)) return verdict.answer;
      if (verdict.outcome === 'fail' || verdict.outcome === 'not-found') return undefined;
    }
    return undefined;
  };
}
