import { keyed, oneOf } from './checked-text.js';
import { conditionText } from './condition-text.js';

/** stateSchema makes a schema for a state of a record, told by a condition, as text or as `{ when: … }`. */
export function stateSchema(example: string) {
  const condition = conditionText(example);
  return oneOf(`a condition such as ${example}`, [
    condition,
    keyed({ when: condition.describe('Condition on the record.') }),
  ]);
}
