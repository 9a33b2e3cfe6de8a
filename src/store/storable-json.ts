/**
 * storableJson writes a value as JSON text that jsonb accepts: PostgreSQL refuses U+0000 and lone surrogates, so they
 * become U+FFFD (https://www.postgresql.org/docs/current/datatype-json.html).
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify escapes surrogates only when they are alone, and the first alternative steps over escaped backslashes.
  return text.includes('\\u') ? text.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (escape) => (escape === '\\\\' ? escape : '\\ufffd')) : text;
}
