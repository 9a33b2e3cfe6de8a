import type { Json } from '../contracts/json.js';
import { Refusal } from './refusal.js';
import { isWellFormed, utf8Length } from './unicode.js';

/** RFC 5321 §4.5.3.1, in octets; 254 follows from the limit of 256 on a path with its angle brackets. */
const MAX_ADDRESS = 254;
const MAX_LOCAL_PART = 64;
const MAX_LABEL = 63;

/** The plain addresses that nearly all are; what does not fit goes through the rules one by one. */
const PLAIN_ADDRESS =
  /^[\w!#$%&'*+/=?^`{|}~-]{1,64}(?:\.[\w!#$%&'*+/=?^`{|}~-]{1,64}){0,3}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,63}$/;
/** RFC 5322 specials without the dot, blanks, controls and invisible characters. */
const NEEDS_QUOTES = /[()<>[\]:;@\\,"\s\p{Cc}\p{Cf}]/u;
/** Letters, digits and hyphens of any script (RFC 5890). */
const LABEL = /^[\p{L}\p{N}\p{M}-]+$/u;

/**
 * readEmail takes an address `local@domain` as it is written, without changing it. Syntax of RFC 5321 with its lengths;
 * quoted local parts and international addresses (RFC 6531) are taken; comments, address literals (`@[192.0.2.1]`) and
 * domains without a dot are not, since no system outside can write to them.
 */
export function readEmail(input: Json): string | Refusal {
  if (typeof input !== 'string') return new Refusal('invalid-email', 'An e-mail address is text.');
  const problem = emailProblem(input);
  return problem === undefined ? input : new Refusal('invalid-email', problem);
}

/**
 * normaliseEmail gives the form in which addresses are compared: trimmed, NFC, lower case throughout. The local part is
 * case-sensitive by RFC 5321 but by no provider in practice. Dots and `+tags` stay: what they mean differs by provider,
 * and taking two people for one does more harm than missing a match.
 */
export function normaliseEmail(address: string): string {
  return address.trim().normalize('NFC').toLowerCase().normalize('NFC');
}

/** emailProblem says what is wrong with an address, in one sentence; undefined where nothing is. */
export function emailProblem(address: string): string | undefined {
  if (address.length <= MAX_LOCAL_PART && PLAIN_ADDRESS.test(address)) return undefined;
  if (address.length > MAX_ADDRESS || utf8Length(address) > MAX_ADDRESS) return `An e-mail address has at most ${MAX_ADDRESS} octets.`;
  const at = address.lastIndexOf('@');
  if (at < 0) return 'An e-mail address needs an @.';
  if (!isWellFormed(address)) return 'The e-mail address holds broken Unicode.';
  return localPartProblem(address.slice(0, at)) ?? domainProblem(address.slice(at + 1));
}

function localPartProblem(local: string): string | undefined {
  if (local === '') return 'The e-mail address has nothing before the @.';
  if (utf8Length(local) > MAX_LOCAL_PART) return `The part before the @ has more than ${MAX_LOCAL_PART} octets.`;
  if (local.startsWith('"')) return quotedProblem(local);
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 'A dot stands at the start, at the end or twice in a row before the @.';
  return NEEDS_QUOTES.test(local) ? 'The part before the @ has a blank or a character that needs quotes.' : undefined;
}

/** RFC 5321 §4.1.2: Quoted-string. */
function quotedProblem(local: string): string | undefined {
  const unclosed = 'The quoted part before the @ is not well formed.';
  if (local.length < 3 || !local.endsWith('"')) return unclosed;
  for (let index = 1; index < local.length - 1; index += 1) {
    const unit = local.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f || local.charAt(index) === '"') return unclosed;
    if (local.charAt(index) === '\\') {
      index += 1;
      const escaped = local.charCodeAt(index);
      if (index >= local.length - 1 || escaped < 0x20 || escaped > 0x7e) return unclosed;
    }
  }
  return undefined;
}

function domainProblem(domain: string): string | undefined {
  const labels = domain.split('.');
  if (labels.length < 2) return 'The domain after the @ needs a dot, as in example.com.';
  for (const label of labels) {
    if (label === '') return 'The domain has a dot at its start, at its end or twice in a row.';
    if (label.startsWith('-') || label.endsWith('-')) return 'A part of the domain begins or ends with a hyphen.';
    if (!LABEL.test(label)) return 'The domain has a character that domains cannot have.';
    if (utf8Length(label) > MAX_LABEL) return `A part of the domain has more than ${MAX_LABEL} octets.`;
  }
  return /^\d+$/.test(labels.at(-1) ?? '') ? 'The domain ends in a number.' : undefined;
}
