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

/** compareWords gives the level on which two texts of several words agree; words in another order count as a slip. */
export function compareWords(left: string, right: string): number {
  const straight = compareWord(left, right);
  if (straight <= NEAR) return straight;
  const [a, b] = [left.split(' '), right.split(' ')];
  if (a.length === 1 && b.length === 1) return straight;
  const inOrder = compareWord(a.toSorted().join(' '), b.toSorted().join(' '));
  if (inOrder <= NEAR) return NEAR;
  return Math.min(straight, inOrder, sharedShare(a, b) >= SIMILAR_SETS ? SIMILAR : DIFFERENT);
}

function sharedShare(left: readonly string[], right: readonly string[]): number {
  const [a, b] = [new Set(left), new Set(right)];
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return common / (a.size + b.size - common);
}

function isInitial(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length === 1 && long.startsWith(short);
}

function withoutBlanks(text: string): string {
  return text.includes(' ') ? text.replaceAll(' ', '') : text;
}
