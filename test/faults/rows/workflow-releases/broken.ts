import { changedCourse, doneFirst, step } from './course.js';

/** changed has one more step at its beginning, and does not ask whether it began before that. */
export async function changed(): Promise<readonly string[]> {
  return changedCourse(async (done) => {
    done.push(await step.other('before the first'));
    await doneFirst(done);
  });
}

export { unchanged } from './course.js';
