import type { Condition } from '../contracts/condition.js';
import { parseCondition } from '../domain/condition-parser.js';

/** requiredCondition parses a condition that has been checked before; throws RangeError on any other text. */
export function requiredCondition(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new RangeError(`not a condition: ${parsed.message}`);
  return parsed.condition;
}
