import { patched } from '@temporalio/workflow';
import { changedCourse, doneFirst, step } from './course.js';

/** changed has one more step at its beginning, where it did not begin before that. */
export async function changed(): Promise<readonly string[]> {
  return changedCourse(async (done) => {
    if (patched('one-more-step')) done.push(await step.other('before the first'));
    await doneFirst(done);
  });
}

export { unchanged } from './course.js';
