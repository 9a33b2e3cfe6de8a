import { changedCourse, doneFirst } from './course.js';

/** changed is a workflow as it is before the deploy. */
export async function changed(): Promise<readonly string[]> {
  return changedCourse(doneFirst);
}

export { unchanged } from './course.js';
