let rows = [new Int32Array(128), new Int32Array(128), new Int32Array(128)] as const;

/**
 * editDistance counts the insertions, deletions, replacements and swaps of neighbouring letters between two texts
 * (optimal string alignment: Damerau 1964, "A technique for computer detection and correction of spelling errors",
 * CACM 7). It stops counting above `limit` and gives limit + 1, so that far texts cost little.
 */
export function editDistance(left: string, right: string, limit: number): number {
  if (left === right) return 0;
  const over = limit + 1;
  if (Math.abs(left.length - right.length) > limit) return over;
  let [beforeLast, last, row] = emptyRows(right.length + 1);
  for (let j = 0; j <= right.length; j += 1) last[j] = j;
  for (let i = 1; i <= left.length; i += 1) {
    row.fill(over, 0, right.length + 1);
    if (i <= limit) row[0] = i;
    let lowest = row[0] ?? over;
    const unit = left.charCodeAt(i - 1);
    const end = Math.min(right.length, i + limit);
    for (let j = Math.max(1, i - limit); j <= end; j += 1) {
      const isSame = unit === right.charCodeAt(j - 1);
      let steps = Math.min((last[j] ?? over) + 1, (row[j - 1] ?? over) + 1, (last[j - 1] ?? over) + (isSame ? 0 : 1));
      const isSwap = !isSame && i > 1 && j > 1 && unit === right.charCodeAt(j - 2) && left.charCodeAt(i - 2) === right.charCodeAt(j - 1);
      if (isSwap) steps = Math.min(steps, (beforeLast[j - 2] ?? over) + 1);
      row[j] = steps;
      if (steps < lowest) lowest = steps;
    }
    if (lowest > limit) return over;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return Math.min(last[right.length] ?? over, over);
}

/** The same three rows for every call, since most calls are about short texts and end soon. */
function emptyRows(length: number): readonly [Int32Array, Int32Array, Int32Array] {
  if (rows[0].length < length) rows = [new Int32Array(length * 2), new Int32Array(length * 2), new Int32Array(length * 2)];
  return rows;
}
