/** No signature of a supported hash is longer, in any encoding. */
const LONGEST = 200;

/** decodeSignature is the bytes of a signature in its one encoding, hex in either case; undefined for any other text, base64url included. */
export function decodeSignature(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  if (text.length === 0 || text.length > LONGEST) return undefined;
  const isEncoded = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i.test(text) : /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return isEncoded ? Buffer.from(text, encoding) : undefined;
}
