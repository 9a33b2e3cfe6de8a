import type { Explanation, ExplanationLine } from './explanation.js';

/** explanationMarkdown writes an explanation as Markdown. */
export function explanationMarkdown(explanation: Explanation): string {
  const { title, subject } = explanation;
  return [`# ${escaped(title)}`, '', `(${escaped(subject)})`, '', explanationSections(explanation, 2)].join('\n');
}

/** explanationSections writes the sections of an explanation as Markdown; `level` is that of their headings. */
export function explanationSections({ sections }: Explanation, level: number): string {
  return sections.map(({ heading, lines }) => [`${'#'.repeat(level)} ${escaped(heading)}`, '', ...markdownLines(lines)].join('\n')).join('\n\n');
}

function markdownLines(lines: readonly ExplanationLine[], indent = ''): readonly string[] {
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
