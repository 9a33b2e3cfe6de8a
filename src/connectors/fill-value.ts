/** A whole parameter that is sent encoded: `base64url([["code", "=", "{value}"]])`. */
const encoded = /^base64url\(([^]*)\)$/;

/**
 * fillValue puts a value in the place of `{value}`. Within `base64url(…)` it is filled in as the inside of a JSON text (RFC
 * 8259), and the whole is sent in base64 with the alphabet that is safe for URLs (RFC 4648 §5), padded.
 */
export function fillValue(template: string, value: string): string {
  const inner = encoded.exec(template)?.[1];
  if (inner === undefined) return template.replaceAll('{value}', () => value);
  const text = inner.replaceAll('{value}', () => JSON.stringify(value).slice(1, -1));
  return Buffer.from(text, 'utf8').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
