import pc from 'picocolors';

/** Colors paints text for a terminal, or leaves it as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Style is how text is laid out for the one who reads it. */
export interface Style {
  readonly colors: Colors;
  /** Columns that a line may take; infinite where the output is no terminal, so that nothing is cut there. */
  readonly columns: number;
  /** What times are told relative to. */
  readonly now: Date;
}

/** plainStyle is text without colours and without an end of the line. */
export const plainStyle: Style = { colors: pc.createColors(false), columns: Number.POSITIVE_INFINITY, now: new Date(0) };

/** styleFor is the style for a stream: colours on a terminal only, and never with NO_COLOR (https://no-color.org). */
export function styleFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Style {
  const noColor = env['NO_COLOR'];
  const colored = stream.isTTY && (noColor === undefined || noColor === '') && env['TERM'] !== 'dumb';
  return { colors: pc.createColors(colored), columns: stream.isTTY ? (stream.columns || 80) : Number.POSITIVE_INFINITY, now: new Date() };
}
