/** percentagePattern is what a percentage looks like: `2%`, `2.5%`. */
export const percentagePattern = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/;

/** parsePercentage reads `2%` as the share 0.02; undefined where the text is no percentage from 0% to 100%. */
export function parsePercentage(text: string): number | undefined {
  const found = percentagePattern.exec(text);
  if (found === null) return undefined;
  const percent = Number(found[1]);
  // Rounded, since 2.3 / 100 would be 0.022999999999999996.
  return percent <= 100 ? Math.round(percent * 1_000) / 100_000 : undefined;
}

/** percentageShare reads a percentage that has been checked before; throws RangeError on any other text. */
export function percentageShare(text: string): number {
  const share = parsePercentage(text);
  if (share === undefined) throw new RangeError(`not a percentage: '${text}'`);
  return share;
}
