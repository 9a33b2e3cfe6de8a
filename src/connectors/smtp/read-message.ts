import type { Json, JsonObject } from '../../contracts/json.js';
import { isJsonArray } from '../../domain/json-pointer.js';

/** ReadMessage is the fields of a message, checked. */
export interface ReadMessage {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** UnusableMessageError says what is wrong with the fields of a message. */
export class UnusableMessageError extends Error {
  override readonly name = 'UnusableMessageError';
}

const MOST_RECIPIENTS = 50;
const MOST_SUBJECT = 998;
const MOST_TEXT = 1_000_000;
const known: ReadonlySet<string> = new Set(['to', 'cc', 'bcc', 'reply_to', 'subject', 'text', 'html']);

/**
 * readMessage checks the fields of a message: `to`, `cc` and `bcc` are an address, addresses between commas, or a list of
 * addresses; `subject`, `text` and `html` are text. `domains` is where it may go; none: anywhere. Throws UnusableMessageError.
 */
export function readMessage(fields: JsonObject, domains: readonly string[]): ReadMessage {
  for (const name of Object.keys(fields)) if (!known.has(name)) throw new UnusableMessageError(`a message has no field '${name}'; it has ${[...known].join(', ')}`);
  const [to, cc, bcc, replyTo] = ['to', 'cc', 'bcc', 'reply_to'].map((name) => addresses(name, fields[name])) as [string[], string[], string[], string[]];
  const all = [...to, ...cc, ...bcc];
  if (to.length === 0) throw new UnusableMessageError("the message has no address in 'to'");
  if (all.length > MOST_RECIPIENTS) throw new UnusableMessageError(`the message goes to ${all.length} addresses; at most ${MOST_RECIPIENTS} are allowed`);
  const outside = domains.length === 0 ? undefined : all.find((address) => !domains.includes(domainOf(address)));
  if (outside !== undefined) throw new UnusableMessageError(`the domain '${domainOf(outside)}' is not among the 'recipients' of the system`);
  if (replyTo.length > 1) throw new UnusableMessageError("'reply_to' takes one address");
  const [reply] = replyTo;
  const html = plain('html', fields['html'], MOST_TEXT);
  const text = plain('text', fields['text'], MOST_TEXT);
  if (text === '' && html === '') throw new UnusableMessageError("the message has neither 'text' nor 'html'");
  return {
    to, cc, bcc, text, subject: plain('subject', fields['subject'], MOST_SUBJECT).replaceAll(/[\p{Cc}\s]+/gu, ' ').trim(),
    ...(reply === undefined ? {} : { replyTo: reply }), ...(html === '' ? {} : { html }),
  };
}

function addresses(name: string, value: Json | undefined): string[] {
  if (value === undefined || value === null || value === '') return [];
  const parts = isJsonArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  return parts.map((part) => {
    const text = typeof part === 'string' ? part.trim() : '';
    // Narrower than RFC 5321: no quoted local parts, which are as good as never used and as good as always an attack.
    if (text.length > 254 || !/^[^\s@<>,;:"()[\]\\\p{Cc}]{1,64}@[^\s@<>,;:"()[\]\\\p{Cc}]+$/u.test(text)) throw new UnusableMessageError(`'${name}' holds something that is no e-mail address such as ann@example.com`);
    return text;
  });
}

function plain(name: string, value: Json | undefined, most: number): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw new UnusableMessageError(`'${name}' must be text`);
  const text = String(value);
  if (text.length > most) throw new UnusableMessageError(`'${name}' has ${text.length} characters; at most ${most} are allowed`);
  return text;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
