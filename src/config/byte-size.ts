const unitBytes: Readonly<Record<string, number>> = { KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 };

/** byteSizePattern is what a size looks like: a whole number and KB, MB or GB. */
export const byteSizePattern = /^([0-9]{1,6})(KB|MB|GB)$/;

/** parseByteSize reads `32MB` as bytes, with 1 KB = 1,024 bytes; undefined where the text is no size. */
export function parseByteSize(text: string): number | undefined {
  const [, count, unit = ''] = byteSizePattern.exec(text) ?? [];
  const bytes = unitBytes[unit];
  return bytes === undefined ? undefined : Number(count) * bytes;
}

/** byteSize reads a size that has been checked before; throws RangeError on any other text. */
export function byteSize(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === undefined) throw new RangeError(`not a size: '${text}'`);
  return bytes;
}
