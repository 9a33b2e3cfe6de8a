import type { FieldKind } from '../../contracts/field-kind.js';

/** Longer values are cut: a comparison needs no more, and its cost grows with the square of the length. */
const MAX_LENGTH = 120;
/** Digits by which phone numbers are told apart: country and trunk prefixes are written in too many ways. */
const PHONE_DIGITS = 9;
const FEWEST_PHONE_DIGITS = 6;

/**
 * normalForm gives the form in which a value is compared, or undefined where it says nothing: letters without case and
 * accents (Unicode NFKD without marks), punctuation as blanks, phone numbers as their last nine digits (so +61 485, 0061
 * 485 and 0485 are one), dates as yyyymmdd where they can be read, e-mail addresses in lower case without `mailto:`.
 */
export function normalForm(kind: FieldKind, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = fold(value.slice(0, MAX_LENGTH));
  const normal = normalOf(kind, text);
  return normal === '' ? undefined : normal;
}

function normalOf(kind: FieldKind, text: string): string {
  switch (kind) {
    case 'email':
      return emailForm(text);
    case 'phone':
      return phoneForm(text);
    case 'date':
      return dateForm(text);
    case 'postcode':
    case 'code':
      return text.replaceAll(/[^\p{L}\p{N}]/gu, '');
    case 'given-name':
    case 'family-name':
    case 'name':
    case 'address':
    case 'place':
    case 'text':
      return text.replaceAll(/['’`]/g, '').replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  }
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase().trim();
}

function emailForm(text: string): string {
  const address = text.replace(/^mailto:/, '').replaceAll(/[\s<>]/g, '');
  return address.includes('@') ? address : '';
}

function phoneForm(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return digits.length < FEWEST_PHONE_DIGITS ? '' : digits.slice(-PHONE_DIGITS);
}

function dateForm(text: string): string {
  const ordered = /^(\d{4})\D?(\d{1,2})\D?(\d{1,2})(?:\D.*)?$/.exec(text);
  if (ordered !== null) return `${ordered[1] ?? ''}${two(ordered[2])}${two(ordered[3])}`;
  const reversed = /^(\d{1,2})\D(\d{1,2})\D(\d{4})(?:\D.*)?$/.exec(text);
  if (reversed !== null) return `${reversed[3] ?? ''}${two(reversed[2])}${two(reversed[1])}`;
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function two(digits: string | undefined): string {
  return (digits ?? '').padStart(2, '0');
}
