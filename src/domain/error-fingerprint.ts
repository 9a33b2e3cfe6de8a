const MAX_INPUT = 2_000;
const MAX_OUTPUT = 300;
/** Digits that stay are moved to private-use characters while the others are replaced. */
const KEPT_DIGIT_SHIFT = 0xe000;

const ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]{1,1000}/gi;
const EMAIL = /[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;
const TIME = /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g;
const HTTP_STATUS = /\b(?:http(?:\/\d(?:\.\d)?)?|status(?:[ _-]?code)?)[ :=]{1,3}\d{3}\b/gi;
const QUOTED = /"[^"\n]{0,500}"|`[^`\n]{0,500}`|“[^”\n]{0,500}”|(?<![\p{L}\d])'[^'\n]{0,500}'(?![\p{L}\d])/gu;
const WORD_WITH_DIGITS = /(?<![\w-])[\w-]{8,200}(?![\w-])/g;
const NUMBER = /\d{1,40}(?:[.,]\d{1,40}){0,10}/g;

/**
 * errorFingerprint gives the text by which alike error messages are grouped: addresses, ids, times, quoted values and
 * numbers replaced by what they are, lower case, blanks collapsed, at most 300 characters. HTTP status codes stay, since
 * a 404 and a 500 are different troubles. `Contact 4711 "Ada" not found` and `Contact 12 "Bob" not found` are one group.
 */
export function errorFingerprint(message: string): string {
  return message
    .slice(0, MAX_INPUT)
    .replaceAll(ADDRESS, '<url>')
    .replaceAll(EMAIL, '<email>')
    .replaceAll(UUID, '<uuid>')
    .replaceAll(TIME, '<time>')
    .replaceAll(HTTP_STATUS, (phrase) => phrase.slice(0, -3) + shiftDigits(phrase.slice(-3), KEPT_DIGIT_SHIFT))
    .replaceAll(QUOTED, '<value>')
    .replaceAll(WORD_WITH_DIGITS, (word) => (looksLikeId(word) ? '<id>' : word))
    .replaceAll(NUMBER, '<n>')
    .replaceAll(/[\uE030-\uE039]/g, (digit) => shiftDigits(digit, -KEPT_DIGIT_SHIFT))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .slice(0, MAX_OUTPUT);
}

/** Ids have several digits, or digits among letters of both cases; `address_line1` has neither. */
function looksLikeId(word: string): boolean {
  const digits = word.replaceAll(/\D/g, '').length;
  return digits >= 3 || (digits > 0 && word.length >= 12 && /[a-z]/.test(word) && /[A-Z]/.test(word));
}

function shiftDigits(digits: string, by: number): string {
  return Array.from(digits, (digit) => String.fromCharCode(digit.charCodeAt(0) + by)).join('');
}
