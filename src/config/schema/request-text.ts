import { z } from 'zod';
import { checkedText, oneOf, type TextProblem } from './checked-text.js';
import { findReferences } from '../reference-syntax.js';

/** pathText makes a schema for the path of a request below the base URL; `example` shows one. */
export function pathText(example: string): z.ZodString {
  return checkedText(`a path such as ${example}`, (text) => pathProblem(text, example), /^\//);
}

/** pathProblem says why a path could lead outside the base URL or is no path at all; undefined where it is fine. */
export function pathProblem(text: string, example: string): TextProblem | undefined {
  if (!text.startsWith('/')) return problem(`expected a path that begins with a slash, such as ${example}`);
  if (text.startsWith('//')) return problem(`the path '${text}' begins with two slashes, which would name another host`);
  const secret = findReferences(text).find((reference) => reference.kind !== 'variable');
  if (secret !== undefined) return problem('a path holds a secret; secrets belong into auth or headers, since paths are logged', secret.start);
  const forbidden = /[@#\\\s\p{Cc}]/u.exec(text);
  if (forbidden !== null) return problem(`a path cannot hold ${nameOf(forbidden[0])}`, forbidden.index);
  const climb = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|\?|$)/i.exec(text);
  if (climb !== null) return problem(`the path '${text}' holds '.' or '..' as a folder, which would lead outside the base URL`, climb.index);
  return undefined;
}

function problem(message: string, offset = 0): TextProblem {
  return { message, type: 'invalid-path', offset };
}

function nameOf(character: string): string {
  if (/\s/.test(character)) return 'blanks or line breaks; write %20 for a blank';
  if (/\p{Cc}/u.test(character)) return 'control characters';
  return `'${character}'`;
}

/** headerNameText makes a schema for the name of an HTTP header (RFC 9110 §5.1). */
export function headerNameText(example: string): z.ZodString {
  return checkedText(`a header name such as ${example}`, (text) =>
    headerNamePattern.test(text) ? undefined : { message: `expected a header name such as ${example}`, type: 'invalid-header' },
  headerNamePattern);
}

/** headerNamePattern is a token (RFC 9110 §5.6.2). */
export const headerNamePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** headerValueText makes a schema for the value of an HTTP header: one line, no control characters (RFC 9110 §5.5). */
export function headerValueText(expected: string): z.ZodString {
  return checkedText(expected, (text) => {
    // The value itself is not shown: headers carry credentials.
    if (/[\r\n]/.test(text)) return { message: 'a header value holds a line break; it must be one line', type: 'invalid-header' };
    if (/[^\P{Cc}\t]/u.test(text)) return { message: 'a header value holds a control character', type: 'invalid-header' };
    return undefined;
  });
}

/** headersMap makes a schema for HTTP headers by name. */
export function headersMap(): z.ZodRecord<z.ZodString, z.ZodString> {
  return z.record(headerNameText('X-Api-Version'), headerValueText('the text of a header'));
}

/** parameterText makes a schema for the name of a query parameter. */
export function parameterText(example: string): z.ZodString {
  return checkedText(`a parameter name such as ${example}`, (text) =>
    parameterNamePattern.test(text) ? undefined : { message: `expected a parameter name such as ${example}`, type: 'invalid-value' },
  parameterNamePattern);
}

/** parameterNamePattern keeps names of query parameters to characters that are safe to send and show. */
export const parameterNamePattern = /^[^\s&=#?\p{Cc}]{1,200}$/u;

/** parametersMap makes a schema for query parameters by name; numbers and booleans become text. */
export function parametersMap(): z.ZodRecord<z.ZodString, z.ZodUnion<readonly [z.ZodString, z.ZodNumber, z.ZodBoolean]>> {
  return z.record(parameterText('status'), oneOf('text, a number, true or false', [z.string(), z.number(), z.boolean()]));
}
