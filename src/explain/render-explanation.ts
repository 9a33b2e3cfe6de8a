import type { Explanation, ExplanationLine } from './explanation.js';

/** explanationMarkdown writes an explanation as Markdown; `level` is the level of its title. */
export function explanationMarkdown({ title, subject, sections }: Explanation, level = 1): string {
  const heading = (text: string, below: number): string => `${'#'.repeat(level + below)} ${escaped(text)}`;
  return [heading(title, 0), '', `(${escaped(subject)})`, ...sections.flatMap((each) => ['', heading(each.heading, 1), '', ...markdownLines(each.lines)])].join('\n');
}

/** markdownLines writes lines as Markdown lists. */
export function markdownLines(lines: readonly ExplanationLine[], indent = ''): readonly string[] {
  return lines.flatMap(({ text, numbered, below }, index) => {
    const mark = numbered === true ? `${index + 1}. ` : '- ';
    return [`${indent}${mark}${escaped(text)}`, ...markdownLines(below ?? [], indent + ' '.repeat(mark.length))];
  });
}

// What a definition says must not be taken for Markdown or HTML.
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#~]/g, (character) => (character === '#' ? character : `\\${character}`)).replaceAll(/\r?\n/g, ' ');
}

/** TextLine is one line of plain text with the indent of those that follow when it is broken. */
export interface TextLine {
  readonly lead: string;
  readonly text: string;
}

/** explanationLines writes an explanation as plain lines; who prints them breaks the long ones. */
export function explanationLines(lines: readonly ExplanationLine[], indent = '  '): readonly TextLine[] {
  return lines.flatMap(({ text, numbered, below }, index) => {
    const mark = numbered === true ? `${index + 1}. ` : '- ';
    return [{ lead: indent + mark, text }, ...explanationLines(below ?? [], indent + ' '.repeat(mark.length))];
  });
}
