/**
 * LocalError is a failure to run the local instance. Its message says what happened, where, and what to do, and never
 * holds a password.
 */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  /** What happened, alone, for callers that lay the message out themselves. */
  readonly what: string;
  readonly where: string;
  readonly todo: string;

  constructor(what: string, help: { readonly where: string; readonly todo: string; readonly cause?: unknown }) {
    super(`${what}\n  where: ${help.where}\n  what to do: ${help.todo}`, { cause: help.cause });
    this.what = what;
    this.where = help.where;
    this.todo = help.todo;
  }
}

/** reasonOf gives the message of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(reasonOf).join('; ');
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** codeOf gives the code of a Node or PostgreSQL error, such as `ENOENT` or `57P03`, or an empty text. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
