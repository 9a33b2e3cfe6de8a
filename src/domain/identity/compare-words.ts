import { DIFFERENT, FAINT, NEAR, SAME, SIMILAR } from './agreement.js';
import { editDistance } from './edit-distance.js';
import { jaroWinkler } from './jaro-winkler.js';

/** Jaro-Winkler similarities from which names are alike: those of Splink's comparison library. */
const NEAR_NAME = 0.92;
const SIMILAR_NAME = 0.8;
const FAINT_NAME = 0.7;
/** From this length on, a text one edit away is more likely a slip than another word. */
const SHORTEST_SLIP = 4;
/** Jaccard similarity from which two sets of words are alike. */
const SIMILAR_SETS = 0.5;

/** compareWord gives the level on which two names or other short texts agree; blanks more or less count as a slip. */
export function compareWord(left: string, right: string): number {
  if (left === right) return SAME;
  const [a, b] = [withoutBlanks(left), withoutBlanks(right)];
  if (a === b) return NEAR;
  const similarity = jaroWinkler(a, b);
  if (similarity >= NEAR_NAME) return NEAR;
  if (Math.min(a.length, b.length) >= SHORTEST_SLIP && editDistance(a, b, 1) <= 1) return NEAR;
  if (similarity >= SIMILAR_NAME || isInitial(a, b)) return SIMILAR;
  return similarity >= FAINT_NAME ? FAINT : DIFFERENT;
}

/**
 * compareWords gives the level on which two texts of several words agree; words in another order count as a slip. Where
 * both have as many words, each must agree by itself: a long family name in common would hide that the given names differ.
 */
export function compareWords(left: string, right: string): number {
  if (left === right) return SAME;
  const [a, b] = [left.split(' '), right.split(' ')];
  if (a.length === 1 && b.length === 1) return compareWord(left, right);
  const [whole, otherWhole] = [withoutBlanks(left), withoutBlanks(right)];
  if (editDistance(whole, otherWhole, 1) <= (Math.min(whole.length, otherWhole.length) >= SHORTEST_SLIP ? 1 : 0)) return NEAR;
  const share = sharedShare(a, b);
  const alike = share >= SIMILAR_SETS ? SIMILAR : DIFFERENT;
  if (a.length === b.length) {
    // Words in another order have one in common, be the others misspelt.
    const sorted = share > 0 ? weakestWord(a.toSorted(), b.toSorted()) : DIFFERENT;
    return Math.max(NEAR, Math.min(weakestWord(a, b), sorted, alike));
  }
  const inOrder = share > 0 ? compareWord(a.toSorted().join(' '), b.toSorted().join(' ')) : DIFFERENT;
  return Math.max(NEAR, Math.min(compareWord(left, right), inOrder, alike));
}

function weakestWord(left: readonly string[], right: readonly string[]): number {
  let weakest: number = SAME;
  for (let place = 0; place < left.length && weakest < DIFFERENT; place += 1) weakest = Math.max(weakest, compareWord(left[place] ?? '', right[place] ?? ''));
  return weakest;
}

/** Jaccard similarity of the words, of which a repeated one counts once. */
function sharedShare(left: readonly string[], right: readonly string[]): number {
  const common = left.filter((word, place) => right.includes(word) && left.indexOf(word) === place).length;
  if (common === 0) return 0;
  return common / (new Set(left).size + new Set(right).size - common);
}

function isInitial(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length === 1 && long.startsWith(short);
}

function withoutBlanks(text: string): string {
  return text.includes(' ') ? text.replaceAll(' ', '') : text;
}
