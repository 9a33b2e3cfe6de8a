import { printable, printableLines } from './printable.js';
import { wrapped } from './wrap.js';
import { styleFor, type Style } from './style.js';
import type { Explanation } from '../explain-error.js';
import type { Report } from './report.js';

/** TerminalOptions is how a command was asked to speak. */
export interface TerminalOptions {
  readonly json: boolean;
  readonly debug: boolean;
}

/** Streams is where a command writes to. */
export interface Streams {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

/**
 * Terminal is how a command speaks: its report goes to standard output, once, as text or as one JSON document;
 * everything else goes to standard error.
 */
export class Terminal {
  constructor(private readonly options: TerminalOptions, private readonly streams: Streams = { out: process.stdout, err: process.stderr }) {}

  /** noteStyle is the style of standard error. */
  get noteStyle(): Style {
    return styleFor(this.streams.err);
  }

  /** errors is the stream that progress is written to. */
  get errors(): NodeJS.WriteStream {
    return this.streams.err;
  }

  /** interactive says that a person reads the report on a terminal. */
  get interactive(): boolean {
    return this.streams.out.isTTY && !this.options.json;
  }

  /** note tells the person at the terminal something that is no part of the report. */
  note(text: string): void {
    this.streams.err.write(`${text}\n`);
  }

  /** report writes what the command came to. */
  async report({ data, text, silent }: Report): Promise<void> {
    if (silent === true) return;
    const written = this.options.json ? JSON.stringify(data, null, 2) : text(styleFor(this.streams.out));
    if (written !== '') await this.write(`${written}\n`);
  }

  /** redraw replaces the whole screen, for `--watch`. */
  async redraw(text: (style: Style) => string): Promise<void> {
    await this.write(`\u001b[H\u001b[2J${text(styleFor(this.streams.out))}\n`);
  }

  /** failure writes why the command failed: a sentence, where it is, what to do; the stack only with --debug. */
  async failure({ message, where, todo, stack, exitCode }: Explanation): Promise<void> {
    const style = this.noteStyle;
    const { colors } = style;
    const lines = [wrapped(`error: ${message}`, style).replace('error:', () => colors.red('error:'))];
    if (where !== null) lines.push(`  where: ${printable(where)}`);
    if (todo !== null) lines.push(wrapped(`what to do: ${todo}`, style, '  '));
    if (this.options.debug && stack !== null) lines.push(colors.dim(printableLines(stack)));
    this.note(lines.join('\n'));
    if (this.options.json) await this.write(`${JSON.stringify({ error: { message, where, todo, exitCode } }, null, 2)}\n`);
  }

  private write(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.streams.out.write(text, () => { resolve(); });
    });
  }
}
