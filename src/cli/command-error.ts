import { exitCodes, type ExitCode } from './exit-codes.js';

/** CommandError is a failure that the command has foreseen; its message says what happened, where, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly where: string | undefined;
  readonly todo: string | undefined;
  readonly exitCode: ExitCode;

  constructor(what: string, help: { readonly where?: string; readonly todo?: string; readonly exitCode?: ExitCode; readonly cause?: unknown } = {}) {
    super(what, { cause: help.cause });
    this.where = help.where;
    this.todo = help.todo;
    this.exitCode = help.exitCode ?? exitCodes.failed;
  }
}

/** badInput is a failure that the caller can mend by calling differently. */
export function badInput(what: string, help: { readonly where?: string; readonly todo?: string } = {}): CommandError {
  return new CommandError(what, { ...help, exitCode: exitCodes.usage });
}
