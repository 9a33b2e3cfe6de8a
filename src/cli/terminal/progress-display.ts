import { styleFor, type Style } from './style.js';

const PLAIN_EVERY_MS = 5_000;

/** ProgressDisplay shows progress on standard error: one line that is drawn again on a terminal, else a line every 5 s. */
export class ProgressDisplay {
  private drawn = false;
  private saidAtMs = Number.NEGATIVE_INFINITY;
  private said = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** show shows where things stand; `line` is for a terminal, `plain` for a log. */
  show(line: (style: Style) => string, plain: () => string): void {
    if (this.stream.isTTY) {
      this.drawn = true;
      this.stream.write(`\r\u001b[2K${line(styleFor(this.stream))}`);
      return;
    }
    if (Date.now() - this.saidAtMs < PLAIN_EVERY_MS) return;
    const text = plain();
    if (text !== this.said) this.stream.write(`${text}\n`);
    this.saidAtMs = Date.now();
    this.said = text;
  }

  /** clear takes the drawn line away, so that what follows begins on an empty line. */
  clear(): void {
    if (this.drawn) this.stream.write('\r\u001b[2K');
    this.drawn = false;
  }
}
