import { cutToWidth, displayWidth } from './display-width.js';
import { printable } from './printable.js';
import type { Style } from './style.js';

/** Cell is the text of one place in a table; it is made printable, and painted after it was cut and padded. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** Column is the head of a column; a title may be empty. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = 2;
const LEAST_WIDTH = 8;

/** table lays rows out in columns, one line a row; where the terminal is too narrow, the widest cells are cut. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style, indent = 2): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: printable(cell), paint: same } : { text: printable(cell.text), paint: cell.paint })));
  const natural = columns.map(({ title }, index) => Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[index]?.text ?? ''))));
  const widths = fitted(natural, style.columns - indent - GAP * (columns.length - 1));
  const line = (parts: readonly { text: string; paint: (text: string) => string }[]): string => {
    const texts = columns.map(({ align }, index) => {
      const { text, paint } = parts[index] ?? { text: '', paint: same };
      const cut = cutToWidth(text, widths[index] ?? 0);
      const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cut)));
      if (align === 'right') return blanks + paint(cut);
      return index === columns.length - 1 ? paint(cut) : paint(cut) + blanks;
    });
    return (' '.repeat(indent) + texts.join(' '.repeat(GAP))).trimEnd();
  };
  const head = columns.some(({ title }) => title !== '') ? [line(columns.map(({ title }) => ({ text: title, paint: style.colors.dim })))] : [];
  return [...head, ...cells.map(line)].join('\n');
}

function same(text: string): string {
  return text;
}

// Takes columns from the widest until the line fits, so that short columns stay whole.
function fitted(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= LEAST_WIDTH) break;
    const second = Math.max(LEAST_WIDTH, ...widths.filter((_, index) => index !== widest).filter((other) => other < width));
    const taken = Math.max(1, Math.min(excess, width - second));
    widths[widest] = width - taken;
    excess -= taken;
  }
  return widths;
}
