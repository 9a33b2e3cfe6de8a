import { DIFFERENT, FAINT, NEAR, SAME, SIMILAR } from './agreement.js';
import { compareWords } from './compare-words.js';

/** SplitAddress is the words of an address with digits in them, and those without, each joined by blanks. */
export interface SplitAddress {
  readonly whole: string;
  readonly numbers: string;
  readonly words: string;
}

/** splitAddress takes the normal form of an address apart. */
export function splitAddress(whole: string): SplitAddress {
  const parts = whole.split(' ');
  return { whole, numbers: parts.filter((part) => /\d/.test(part)).join(' '), words: parts.filter((part) => !/\d/.test(part)).join(' ') };
}

/**
 * compareAddress gives the level on which two street addresses agree. The words and the numbers are looked at apart,
 * since a house number is soon wrong and hardly changes the spelling: one slip in the words with the same number is near,
 * the same street with another number is similar, an alike street faint.
 */
export function compareAddress(left: SplitAddress, right: SplitAddress): number {
  if (left.whole === right.whole) return SAME;
  const isSameNumber = left.numbers === right.numbers;
  if (left.words === '' || right.words === '') return isSameNumber ? FAINT : DIFFERENT;
  const words = compareWords(left.words, right.words);
  if (words === NEAR || words === SAME) return isSameNumber ? NEAR : SIMILAR;
  if (words !== SIMILAR) return DIFFERENT;
  return isSameNumber ? SIMILAR : FAINT;
}
