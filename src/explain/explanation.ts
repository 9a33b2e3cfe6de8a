/** Explanation is a definition in plain sentences. */
export interface Explanation {
  readonly title: string;
  /** What it is: `handoff deal-closed`. */
  readonly subject: string;
  readonly sections: readonly ExplanationSection[];
}

/** ExplanationSection is a heading and what is said under it. */
export interface ExplanationSection {
  readonly heading: string;
  readonly lines: readonly ExplanationLine[];
}

/** ExplanationLine is a sentence or a few, and what belongs to it. */
export interface ExplanationLine {
  readonly text: string;
  /** Whether it is one of several in an order. */
  readonly numbered?: boolean;
  readonly below?: readonly ExplanationLine[];
}

/** line is a line without anything below it. */
export function line(text: string, below: readonly ExplanationLine[] = []): ExplanationLine {
  return below.length === 0 ? { text } : { text, below };
}

/** section is a section of sentences; none where there is nothing to say. */
export function section(heading: string, lines: readonly (ExplanationLine | string | undefined)[]): readonly ExplanationSection[] {
  const said = lines.flatMap((each) => (each === undefined || each === '' ? [] : [typeof each === 'string' ? line(each) : each]));
  return said.length === 0 ? [] : [{ heading, lines: said }];
}
