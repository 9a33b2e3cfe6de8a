import type { z } from 'zod';
import { parseCondition } from '../../domain/condition-parser.js';
import { checkedText } from './checked-text.js';

/** conditionText makes a schema for a condition; `example` shows one. */
export function conditionText(example: string): z.ZodString {
  return checkedText(`a condition such as ${example}`, (text) => {
    const parsed = parseCondition(text);
    if (parsed.ok) return undefined;
    const { offset, message } = parsed;
    return { message: `condition, character ${offset + 1}: ${message.replace(/\.$/, '')}`, type: 'invalid-condition', offset };
  });
}
