import type { Condition } from '../../contracts/condition.js';
import type { Json } from '../../contracts/json.js';
import { compileCondition } from '../../domain/condition.js';

/** createEndTest makes a function that says whether an answer is the last page; without a condition none says so. */
export function createEndTest(end: Condition | undefined): (body: Json | undefined) => boolean {
  if (end === undefined) return () => false;
  const holds = compileCondition(end);
  return (body) => body !== undefined && holds(body);
}
