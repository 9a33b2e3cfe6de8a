/** Reference is a place in a text that stands for a value kept elsewhere; `start` and `end` are offsets in the text. */
export interface Reference {
  /** `variable` is `${NAME}`, `env` is `secret://env/NAME`, `file` is `secret://file/PATH`, `invalid` is none of these. */
  readonly kind: 'variable' | 'env' | 'file' | 'invalid';
  /** The reference as it is written. */
  readonly text: string;
  /** Name of the variable, or path of the file. */
  readonly target: string;
  readonly start: number;
  readonly end: number;
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
// A `${` without its brace, or a secret of an unknown kind, is found too, so that it can be reported.
const anyReference = /\$\{[^}]*\}?|secret:\/\/[^\s]*/g;

/** findReferences finds `${NAME}`, `secret://env/NAME` and `secret://file/PATH` in a text, in order; a `secret://` ends at the next blank. */
export function findReferences(text: string): readonly Reference[] {
  return [...text.matchAll(anyReference)].map((match) => {
    const written = match[0];
    return { ...readReference(written), text: written, start: match.index, end: match.index + written.length };
  });
}

function readReference(written: string): Pick<Reference, 'kind' | 'target'> {
  if (written.startsWith('${')) return named('variable', written.slice(2, written.endsWith('}') ? -1 : undefined), written.endsWith('}'));
  const rest = written.slice('secret://'.length);
  if (rest.startsWith('env/')) return named('env', rest.slice('env/'.length), true);
  const path = rest.slice('file/'.length);
  if (rest.startsWith('file/') && path !== '' && !path.includes('\0')) return { kind: 'file', target: path };
  return { kind: 'invalid', target: rest };
}

function named(kind: 'variable' | 'env', name: string, closed: boolean): Pick<Reference, 'kind' | 'target'> {
  return closed && variableName.test(name) ? { kind, target: name } : { kind: 'invalid', target: name };
}
