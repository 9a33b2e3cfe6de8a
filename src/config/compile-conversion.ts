import type { Conversion } from '../contracts/sync-definition.js';
import { parseConversion } from '../domain/conversion-parser.js';

/** requiredConversion parses a conversion that has been checked before; throws RangeError on any other text. */
export function requiredConversion(text: string): Conversion {
  const parsed = parseConversion(text);
  if (!parsed.ok) throw new RangeError(`not a conversion: ${parsed.message}`);
  return parsed.conversion;
}
