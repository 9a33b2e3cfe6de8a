import { createRedactor } from '../domain/redact.js';
import { LocalError } from '../local/local-error.js';
import { CommandError } from './command-error.js';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** Explanation is what a person is told of a failure; secrets are taken out of what others have written. */
export interface Explanation {
  readonly message: string;
  readonly where: string | null;
  readonly todo: string | null;
  readonly stack: string | null;
  readonly exitCode: ExitCode;
}

const redactor = createRedactor({ maxLength: 4_000 });

/** explainError turns anything that was thrown into what a person is told. */
export function explainError(thrown: unknown): Explanation {
  const { message, where, todo, exitCode } = partsOf(thrown);
  const redacted = (text: string | undefined): string | null => (text === undefined ? null : redactor.text(text));
  // What to do is our own text, and may show how an address is written.
  return { message: redactor.text(message), where: redacted(where), todo: todo ?? null, stack: redacted(stackOf(thrown)), exitCode };
}

function partsOf(thrown: unknown): { message: string; where?: string | undefined; todo?: string | undefined; exitCode: ExitCode } {
  if (thrown instanceof CommandError) return thrown;
  if (thrown instanceof LocalError) return { message: thrown.what, where: thrown.where, todo: thrown.todo, exitCode: exitCodes.failed };
  return { message: messageChain(thrown), exitCode: exitCodes.failed };
}

/** messageChain joins the messages of an error and its causes, each said once; Temporal's say the reason only in the cause. */
export function messageChain(thrown: unknown): string {
  const messages: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < 5 && current !== undefined && current !== null; depth += 1) {
    const message = ownMessage(current).replace(/[.:]\s*$/, '');
    if (message !== '' && !messages.some((said) => said.includes(message))) messages.push(message);
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages.length === 0 ? 'An unknown error occurred.' : `${messages.join(': ')}.`;
}

function ownMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return [...new Set(thrown.errors.map(ownMessage))].join('; ');
  // A gRPC error repeats its code in the message; its details are the sentence.
  if (thrown instanceof Error) return 'details' in thrown && typeof thrown.details === 'string' && thrown.details !== '' ? thrown.details : thrown.message;
  return String(thrown);
}

function stackOf(thrown: unknown, depth = 0): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const cause = depth < 5 ? stackOf(thrown.cause, depth + 1) : undefined;
  const own = thrown.stack ?? `${thrown.name}: ${thrown.message}`;
  return cause === undefined ? own : `${own}\ncaused by ${cause}`;
}
