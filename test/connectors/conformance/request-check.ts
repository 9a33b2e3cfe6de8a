import type { Subject } from './context.js';

/** requestsOf lists what the vendor's document has against any request of the suite, and the operations that were never used. */
export async function requestsOf(subject: Subject): Promise<readonly string[]> {
  const { vendor } = subject;
  return [...vendor.violations, ...vendor.unused().map((operation) => `${operation} was never used`)];
}

/** judged lists the operations whose bodies the vendor's document does not judge, so that nothing is shown by their passing. */
export async function judged(subject: Subject): Promise<readonly string[]> {
  return subject.vendor.unjudged();
}
