const LONE_SURROGATE = /\p{Surrogate}/u;

/** isWellFormed tells whether the text has no lone surrogates, so that it can be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** codePointLength counts code points: an emoji outside the basic plane is one, not two as `length` says. */
export function codePointLength(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    count += 1;
    if (isPairAt(text, index)) index += 1;
  }
  return count;
}

/** indexOfCodePoint gives where the n-th code point begins, in UTF-16 units; the text's length where it has fewer. */
export function indexOfCodePoint(text: string, n: number): number {
  let index = 0;
  for (let seen = 0; seen < n && index < text.length; seen += 1) index += isPairAt(text, index) ? 2 : 1;
  return index;
}

/** cutCodePoints gives at most `max` code points from the start of the text. */
export function cutCodePoints(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, indexOfCodePoint(text, max));
}

/** utf8Length counts the octets of the text in UTF-8. */
export function utf8Length(text: string): number {
  let octets = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) octets += 1;
    else if (unit < 0x800) octets += 2;
    else if (isPairAt(text, index)) {
      octets += 4;
      index += 1;
    } else octets += 3;
  }
  return octets;
}

/**
 * compareCodePoints orders two texts by code point: negative, zero or positive. The operator `<` orders UTF-16 units,
 * which puts emoji before some letters of the basic plane.
 */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return unitRank(a) - unitRank(b);
  }
  return left.length - right.length;
}

/** sameText tells whether two texts are the same characters, composed (é as one) or not (e with an accent). */
export function sameText(left: string, right: string): boolean {
  return left === right || (!isAscii(left) && !isAscii(right) && left.normalize('NFC') === right.normalize('NFC'));
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function isPairAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

/** Moves the surrogates, which stand for code points above U+FFFF, behind the rest of the basic plane. */
function unitRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
