import { condition, defineQuery, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

/** Steps are the activities of the releases under test. */
interface Steps {
  step(name: string): Promise<string>;
  other(name: string): Promise<string>;
}

/** step is the activities of the releases. */
export const step = proxyActivities<Steps>({ startToCloseTimeout: '10 seconds' });

const go = defineSignal('go');
const doneQuery = defineQuery<readonly string[]>('done');

/** doneFirst does the first step. */
export async function doneFirst(done: string[]): Promise<void> {
  done.push(await step.step('first'));
}

/** changedCourse is what all releases of a workflow have in common: a beginning, a wait for a signal, and one more step. */
export async function changedCourse(begin: (done: string[]) => Promise<void>): Promise<readonly string[]> {
  let mayGo = false;
  const done: string[] = [];
  setHandler(go, () => { mayGo = true; });
  setHandler(doneQuery, () => done);
  await begin(done);
  await condition(() => mayGo);
  done.push(await step.step('second'));
  return done;
}

/** unchanged is a workflow that is the same in every release. */
export async function unchanged(): Promise<readonly string[]> {
  return changedCourse(doneFirst);
}
