import { DIFFERENT, FAINT, NEAR, SAME, SIMILAR } from './agreement.js';
import { compareWords } from './compare-words.js';

/**
 * compareAddress gives the level on which two street addresses agree. The words and the numbers are looked at apart,
 * since a house number is soon wrong and hardly changes the spelling: one slip in the words with the same number is near,
 * the same street with another number is similar, an alike street faint.
 */
export function compareAddress(left: string, right: string): number {
  if (left === right) return SAME;
  const [wordsA, wordsB] = [part(left, false), part(right, false)];
  const [numberA, numberB] = [part(left, true), part(right, true)];
  if (wordsA === '' || wordsB === '') return numberA === numberB ? FAINT : DIFFERENT;
  const words = compareWords(wordsA, wordsB);
  if (words === NEAR || words === SAME) return numberA === numberB ? NEAR : SIMILAR;
  return words === SIMILAR && numberA === numberB ? SIMILAR : words === SIMILAR ? FAINT : DIFFERENT;
}

/** The words that have digits in them, or those that have none. */
function part(address: string, withDigits: boolean): string {
  return address.split(' ').filter((word) => /\d/.test(word) === withDigits).join(' ');
}
