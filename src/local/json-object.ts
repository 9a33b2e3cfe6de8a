/** isObject tells whether a value is an object with text keys, as JSON (RFC 8259) has them. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** parseObject parses a JSON object; it throws a SyntaxError or TypeError for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return value;
  throw new TypeError('expected a JSON object');
}
