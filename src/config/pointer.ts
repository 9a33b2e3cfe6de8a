/** pointerProblem says what is wrong with a JSON Pointer (RFC 6901), or gives undefined where nothing is. */
export function pointerProblem(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('/')) return `a JSON Pointer begins with a slash; write '/${text.replaceAll('.', '/')}'`;
  const badEscape = /~(?![01])/.exec(text);
  if (badEscape !== null) return 'a tilde in a JSON Pointer is written ~0, and a slash inside a name ~1';
  return undefined;
}

/** pointerPattern is what a JSON Pointer looks like, for editors. */
export const pointerPattern = /^(\/([^~]|~[01])*)?$/;

/** fieldPath gives the parts of a field name or JSON Pointer: `name` and `/name` are the same place. */
export function fieldPath(field: string): readonly string[] {
  if (!field.startsWith('/')) return [field];
  return field.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
