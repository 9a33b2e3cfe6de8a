const unitBytes = { KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 } as const;
type Unit = keyof typeof unitBytes;

/** byteSizePattern is what a size looks like: a whole number and KB, MB or GB. */
export const byteSizePattern = /^([0-9]{1,6})(KB|MB|GB)$/;

/** parseByteSize reads `32MB` as bytes, with 1 KB = 1,024 bytes; undefined where the text is no size. */
export function parseByteSize(text: string): number | undefined {
  const found = byteSizePattern.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * unitBytes[found[2] as Unit];
}

/** byteSize reads a size that has been checked before; throws RangeError on any other text. */
export function byteSize(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === undefined) throw new RangeError(`not a size: '${text}'`);
  return bytes;
}
