/** Reference is a place in a text that stands for a value kept elsewhere; `start` and `end` are offsets in the text. */
export interface Reference {
  /**
   * `variable` is `${NAME}`, `env` is `secret://env/NAME`, `file` is `secret://file/PATH`, `vault` is
   * `secret://vault/MOUNT/PATH#FIELD`, `aws` is `secret://aws/NAME#FIELD`, `invalid` is none of these.
   */
  readonly kind: 'variable' | 'env' | 'file' | 'vault' | 'aws' | 'invalid';
  /** The reference as it is written. */
  readonly text: string;
  /** Name of the variable, path of the file, or path and field of what a store of secrets holds: `PATH#FIELD`. */
  readonly target: string;
  readonly start: number;
  readonly end: number;
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
// A `${` without its brace, or a secret of an unknown kind, is found too, so that it can be reported.
const anyReference = /\$\{[^}]*\}?|secret:\/\/[^\s]*/g;

/** findReferences finds `${NAME}` and `secret://…` in a text, in order; a `secret://` ends at the next blank. */
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
  if (rest.startsWith('vault/') || rest.startsWith('aws/')) return stored(rest);
  const path = rest.slice('file/'.length);
  if (rest.startsWith('file/') && path !== '' && !path.includes('\0')) return { kind: 'file', target: path };
  return { kind: 'invalid', target: rest };
}

function named(kind: 'variable' | 'env', name: string, closed: boolean): Pick<Reference, 'kind' | 'target'> {
  return closed && variableName.test(name) ? { kind, target: name } : { kind: 'invalid', target: name };
}

// Vault needs a mount, a path in it and a field; AWS a name, and a field where the secret is JSON. `..` would leave the path.
function stored(rest: string): Pick<Reference, 'kind' | 'target'> {
  const [, kind, target = ''] = /^(vault|aws)\/(.+)$/.exec(rest) ?? [];
  const pattern = kind === 'vault' ? /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.@+=-]+)+#[A-Za-z0-9_.-]{1,100}$/ : /^[A-Za-z0-9/_+=.@:-]{1,512}(?:#[A-Za-z0-9_.-]{1,100})?$/;
  const isGood = pattern.test(target) && !target.split(/[/#]/).some((part) => part === '..' || part === '.');
  return isGood && (kind === 'vault' || kind === 'aws') ? { kind, target } : { kind: 'invalid', target: rest };
}

/** referenceForms says how references are written, for messages. */
export const referenceForms = '${NAME}, secret://env/NAME, secret://file/PATH, secret://vault/MOUNT/PATH#FIELD or secret://aws/NAME#FIELD';
