import { compareAddress, splitAddress } from './compare-address.js';
import { DIFFERENT, FAINT, NEAR, SAME, SIMILAR } from './agreement.js';
import { compareDate } from './compare-date.js';
import { compareWord, compareWords } from './compare-words.js';
import { editDistance } from './edit-distance.js';
import type { FieldKind } from '../../contracts/field-kind.js';
import { jaroWinkler } from './jaro-winkler.js';

/** Above this Jaro-Winkler similarity the parts of two addresses before the @ are alike: Splink's for e-mail. */
const ALIKE_LOCAL_PART = 0.88;
/** Codes of fewer characters have too many neighbours for one edit to count as a slip. */
const SHORTEST_CODE = 4;

/**
 * compareValues gives the level on which two normal forms of a kind agree, without regard to other fields. It is
 * symmetric. What the levels are worth is not said here: it is estimated from the records.
 */
export function compareValues(kind: FieldKind, left: string, right: string): number {
  if (left === right) return SAME;
  switch (kind) {
    case 'given-name':
    case 'family-name':
    case 'place':
      return compareWord(left, right);
    case 'name':
    case 'text':
      return compareWords(left, right);
    case 'address':
      return compareAddress(splitAddress(left), splitAddress(right));
    case 'date':
      return compareDate(left, right);
    case 'postcode':
    case 'code':
      return compareCode(left, right);
    case 'phone':
      return editDistance(left, right, 1) <= 1 ? NEAR : DIFFERENT;
    case 'email':
      return compareEmail(left, right);
  }
}

function compareCode(left: string, right: string): number {
  const isShort = Math.min(left.length, right.length) < SHORTEST_CODE;
  const distance = editDistance(left, right, isShort ? 1 : 2);
  if (distance === 1) return isShort ? SIMILAR : NEAR;
  return distance === 2 && !isShort ? SIMILAR : DIFFERENT;
}

/** Digits tell namesakes apart (anna.berg1, anna.berg2), so that a slip is one in the letters. */
function compareEmail(left: string, right: string): number {
  const [localA, localB] = [left.slice(0, left.lastIndexOf('@')), right.slice(0, right.lastIndexOf('@'))];
  const hasSameDigits = left.replaceAll(/\D/g, '') === right.replaceAll(/\D/g, '');
  const distance = editDistance(left, right, 2);
  if (distance <= 2) return hasSameDigits ? NEAR : SIMILAR;
  if (localA === localB) return SIMILAR;
  return jaroWinkler(localA, localB) >= ALIKE_LOCAL_PART ? FAINT : DIFFERENT;
}
