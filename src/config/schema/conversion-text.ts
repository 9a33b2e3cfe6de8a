import type { z } from 'zod';
import { parseConversion } from '../../domain/conversion-parser.js';
import { suggestion } from '../suggestion.js';
import { checkedText } from './checked-text.js';

/** conversionText makes a schema for a conversion such as `join(" ")`. */
export function conversionText(): z.ZodString {
  return checkedText('a conversion such as join(" ")', (text) => {
    const parsed = parseConversion(text);
    if (parsed.ok) return undefined;
    const { offset, unknownName } = parsed;
    if (unknownName === undefined) return { message: `conversion, character ${offset + 1}: ${parsed.message.replace(/\.$/, '')}`, type: 'invalid-conversion', offset };
    const nearest = suggestion(unknownName.name, unknownName.known);
    const hint = nearest === undefined ? `known are ${unknownName.known.join(', ')}` : `did you mean '${nearest}'?`;
    return { message: `unknown conversion '${unknownName.name}'; ${hint}`, type: 'unknown-conversion', offset };
  });
}
