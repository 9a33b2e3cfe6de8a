import { CONVERSIONS, conversionUsage } from '../domain/conversions.js';

/** conversionDoc writes the Markdown table of all conversions with their examples. */
export function conversionDoc(): string {
  const rows = CONVERSIONS.map((spec) => {
    const { call, input, output } = spec.example;
    const cells = [`\`${conversionUsage(spec)}\``, spec.summary, `\`${call}\`: \`${JSON.stringify(input)}\` → \`${JSON.stringify(output)}\``];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| conversion | what it does | example |', '|---|---|---|', ...rows].join('\n');
}
