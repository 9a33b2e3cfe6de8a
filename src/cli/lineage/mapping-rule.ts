import { flowText } from '../../config/edit/flow-text.js';
import type { Conversion, FieldMapping } from '../../contracts/sync-definition.js';

/** mappingRule says in one line how a mapping makes its value: `join(" ") as name, at most 255 characters`. */
export function mappingRule(mapping: FieldMapping): string {
  const { type, convert, constant, from, required, maxLength, repair, region, currency } = mapping;
  const made = from.length === 0 ? `fixed value ${flowText(constant)}` : convert.map(conversionText).join(', then ');
  return [
    made === '' ? `as ${type}` : `${made}, as ${type}`,
    ...(mapping.default === undefined ? [] : [`else ${flowText(mapping.default)}`]),
    ...(required ? ['required'] : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(region === undefined ? [] : [`region ${'value' in region ? region.value : `from ${region.field}`}`]),
    ...(currency === undefined ? [] : [`currency ${'value' in currency ? currency.value : `from ${currency.field}`}`]),
    ...(repair.length === 0 ? [] : [`mended by ${repair.join(', ')}`]),
  ].join('; ');
}

function conversionText(conversion: Conversion): string {
  if (conversion.kind === 'lookup') return flowText(conversion.table);
  return `${conversion.name}(${conversion.args.map((arg) => JSON.stringify(arg)).join(', ')})`;
}
