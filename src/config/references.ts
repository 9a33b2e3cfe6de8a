import { resolve } from 'node:path';
import { findReferences, referenceForms, type Reference } from './reference-syntax.js';

/** ReferenceProblem is why a reference has no value. */
export type ReferenceProblem = 'invalid' | 'missing' | 'empty' | 'unreadable' | 'too-large' | 'elsewhere' | 'unread';

/** UnresolvedReferenceError is thrown when a reference has no usable value; it names the reference, never a value. */
export class UnresolvedReferenceError extends Error {
  override readonly name = 'UnresolvedReferenceError';
  constructor(message: string, readonly reference: string, readonly kind: Reference['kind'], readonly problem: ReferenceProblem) {
    super(message);
  }
}

/** ReferenceSources is where the values of references are taken from. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as UTF-8 text; throws where it cannot. */
  readonly readFile: (path: string) => string;
  /** Folder that relative paths of secret files start from: the folder of the definitions. */
  readonly baseFolder: string;
  /** Gives what a store of secrets holds, from memory; throws UnresolvedReferenceError where it was never read. Absent: stores are not asked. */
  readonly stored?: (reference: Reference) => string;
}

/** A secret is a key or a password, at most a certificate chain; anything longer is the wrong file. */
const maxSecretLength = 65_536;

/** listReferences gives the references in a text, in order; those that cannot be read have the kind `invalid`. */
export function listReferences(text: string): readonly Reference[] {
  return findReferences(text);
}

/**
 * resolveReferences replaces every `${NAME}` and `secret://…` in a text by its value, once:
 * values are not searched again. A path is relative to the folder of the definitions unless it begins with a further
 * slash (`secret://file//run/secrets/crm`). Throws UnresolvedReferenceError.
 */
export function resolveReferences(text: string, sources: ReferenceSources): string {
  let resolved = '';
  let done = 0;
  for (const reference of findReferences(text)) {
    resolved += text.slice(done, reference.start) + valueOf(reference, sources);
    done = reference.end;
  }
  return resolved + text.slice(done);
}

function valueOf(reference: Reference, sources: ReferenceSources): string {
  if (reference.kind === 'file') return fileValue(reference, sources);
  if (reference.kind === 'vault' || reference.kind === 'aws') return storedValue(reference, sources);
  if (reference.kind === 'invalid') {
    throw failure(reference, 'invalid', `'${reference.text}' is no reference; write ${referenceForms}`);
  }
  // Own properties only: a variable called `constructor` is not set by the prototype.
  const value = Object.hasOwn(sources.env, reference.target) ? sources.env[reference.target] : undefined;
  if (value === undefined) throw failure(reference, 'missing', `${reference.text}: the environment variable ${reference.target} is not set`);
  if (value.trim() === '') throw failure(reference, 'empty', `${reference.text}: the environment variable ${reference.target} is empty`);
  return value;
}

function storedValue(reference: Reference, { stored }: ReferenceSources): string {
  if (stored === undefined) throw failure(reference, 'elsewhere', `${reference.text}: stores of secrets are not asked here`);
  return stored(reference);
}

function fileValue(reference: Reference, sources: ReferenceSources): string {
  const path = resolve(sources.baseFolder, reference.target);
  const text = readSecret(reference, path, sources.readFile);
  if (text.length > maxSecretLength) throw failure(reference, 'too-large', `${reference.text}: the file ${path} is longer than 64 KB`);
  // Editors end a file with a line break that is no part of the secret.
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() === '') throw failure(reference, 'empty', `${reference.text}: the file ${path} is empty`);
  return value;
}

function readSecret(reference: Reference, path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    if (code === 'ENOENT') throw failure(reference, 'missing', `${reference.text}: there is no file ${path}`);
    // The cause is left out: a reader's message could hold a part of the file.
    throw failure(reference, 'unreadable', `${reference.text}: the file ${path} cannot be read (${code})`);
  }
}

function failure(reference: Reference, problem: ReferenceProblem, message: string): UnresolvedReferenceError {
  return new UnresolvedReferenceError(message, reference.text, reference.kind, problem);
}
