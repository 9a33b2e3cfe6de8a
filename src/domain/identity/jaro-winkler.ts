/** Winkler's standard scale for a common prefix, of at most four letters. */
const PREFIX_SCALE = 0.1;
const PREFIX_LENGTH = 4;

let matchedLeft = new Uint8Array(64);
let matchedRight = new Uint8Array(64);

/**
 * jaroWinkler gives the similarity of two texts, from 0 to 1: the share of letters in common and in order (Jaro 1989,
 * "Advances in Record-Linkage Methodology", JASA 84), raised for a common prefix (Winkler 1990, "String Comparator
 * Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model"). It is symmetric, and 1 for equal texts only.
 */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return 1;
  const similarity = jaro(left, right);
  let prefix = 0;
  const longest = Math.min(PREFIX_LENGTH, left.length, right.length);
  while (prefix < longest && left.charCodeAt(prefix) === right.charCodeAt(prefix)) prefix += 1;
  return similarity + prefix * PREFIX_SCALE * (1 - similarity);
}

function jaro(left: string, right: string): number {
  const [a, b] = left.length < right.length || (left.length === right.length && left < right) ? [left, right] : [right, left];
  if (a.length === 0) return 0;
  reserve(b.length);
  matchedLeft.fill(0, 0, a.length);
  matchedRight.fill(0, 0, b.length);
  const reach = Math.max(0, Math.floor(b.length / 2) - 1);
  let common = 0;
  for (let i = 0; i < a.length; i += 1) {
    const unit = a.charCodeAt(i);
    const end = Math.min(b.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= end; j += 1) {
      if (matchedRight[j] === 1 || b.charCodeAt(j) !== unit) continue;
      matchedLeft[i] = 1;
      matchedRight[j] = 1;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let outOfOrder = 0;
  for (let i = 0, j = 0; i < a.length; i += 1) {
    if (matchedLeft[i] !== 1) continue;
    while (matchedRight[j] !== 1) j += 1;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) outOfOrder += 1;
    j += 1;
  }
  return (common / a.length + common / b.length + (common - outOfOrder / 2) / common) / 3;
}

function reserve(length: number): void {
  if (matchedRight.length >= length) return;
  matchedLeft = new Uint8Array(length * 2);
  matchedRight = new Uint8Array(length * 2);
}
