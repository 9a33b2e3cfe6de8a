import { displayWidth } from './display-width.js';
import { printableLines } from './printable.js';
import type { Style } from './style.js';

/** wrapped makes a longer text printable and breaks its lines between words where the terminal ends. */
export function wrapped(text: string, { columns }: Pick<Style, 'columns'>, indent = ''): string {
  return printableLines(text).split('\n').map((line) => wrapLine(line, columns - indent.length).map((part) => indent + part).join('\n')).join('\n');
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > columns) {
      lines.push(current);
      current = word;
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}
