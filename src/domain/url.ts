import type { Json } from '../contracts/json.js';
import { emailProblem } from './email.js';
import { Refusal } from './refusal.js';

const MAX_LENGTH = 4_000;
/** Blanks, controls, invisible direction marks, and what RFC 3986 leaves out and browsers read in their own ways. */
const FORBIDDEN = /[\s\p{Cc}\p{Cf}<>"\\`]/u;
const HOST_LABEL = /^[\p{L}\p{N}\p{M}_-]{1,63}$/u;
const IPV6_LITERAL = /^\[[0-9A-Fa-f:.]{2,45}\]$/;

/**
 * readUrl takes an absolute `http`, `https` or `mailto` address as it is written. Others, such as `javascript:` and
 * `file:`, are refused, and so is a user name or password within the address.
 */
export function readUrl(input: Json): string | Refusal {
  if (typeof input !== 'string' || input.length > MAX_LENGTH || FORBIDDEN.test(input)) {
    return new Refusal('invalid-url', `A web address is text without blanks, of at most ${MAX_LENGTH} characters.`);
  }
  const scheme = input.slice(0, input.indexOf(':')).toLowerCase();
  if (scheme === 'mailto') {
    const end = input.indexOf('?');
    const problem = emailProblem(input.slice(7, end < 0 ? undefined : end));
    return problem === undefined ? input : new Refusal('invalid-url', `The mailto address is not an e-mail address. ${problem}`);
  }
  if (scheme !== 'http' && scheme !== 'https') return new Refusal('invalid-url', 'A web address begins with https://, http:// or mailto:.');
  const rest = input.slice(scheme.length + 1);
  if (!rest.startsWith('//')) return new Refusal('invalid-url', `After ${scheme}: come two slashes.`);
  const problem = authorityProblem(rest.slice(2).split(/[/?#]/, 1)[0] ?? '');
  return problem === undefined ? input : new Refusal('invalid-url', problem);
}

function authorityProblem(authority: string): string | undefined {
  if (authority.includes('@')) return 'The web address holds a user name or password.';
  const portAt = authority.lastIndexOf(':');
  const hasPort = portAt >= 0 && !authority.endsWith(']');
  const host = hasPort ? authority.slice(0, portAt) : authority;
  const port = hasPort ? authority.slice(portAt + 1) : '';
  if (!/^\d{0,5}$/.test(port) || Number(port) > 65_535) return 'The port of the web address is no number up to 65535.';
  if (IPV6_LITERAL.test(host)) return undefined;
  const labels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.');
  return host.length <= 255 && labels.every((label) => HOST_LABEL.test(label)) ? undefined : 'The web address has no well-formed host.';
}
