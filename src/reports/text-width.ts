/** textWidth estimates how wide a text is in the usual sans-serif fonts of a size, pixels; a little too wide rather than too narrow. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const character of text) ems += widthOf(character);
  return ems * size;
}

// Em widths of groups of letters in wide sans-serif fonts, rounded up; ideographs and pictures are as wide as high.
function widthOf(character: string): number {
  if (/[ijl.,:;|'!I]/.test(character)) return 0.32;
  if (/[frt()[\]\s/-]/.test(character)) return 0.42;
  if (/[mwMW@%]/.test(character)) return 0.95;
  if (/[A-Z&→↔…]/.test(character)) return 0.74;
  return character > '\u2e7f' ? 1 : 0.62;
}
