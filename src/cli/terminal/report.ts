import type { ExitCode } from '../exit-codes.js';
import type { Style } from './style.js';

/** Report is what a command came to: data for machines, text for people. */
export interface Report {
  /** The one JSON document of `--json`. */
  readonly data: unknown;
  /** What a person reads, without a line break at the end; empty: nothing. */
  readonly text: (style: Style) => string;
  /** The command has written all there is to write already. */
  readonly silent?: boolean;
  /** 0 unless given. */
  readonly exitCode?: ExitCode;
}
