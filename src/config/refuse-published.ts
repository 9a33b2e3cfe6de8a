import { publishedTestKey } from './published-test-keys.js';
import { findReferences } from './reference-syntax.js';
import { UnresolvedReferenceError } from './references.js';

/** refusePublished throws UnresolvedReferenceError where the value of a text that is one secret stands in a public document. */
export function refusePublished(text: string, value: string): void {
  const [reference, ...more] = findReferences(text);
  if (reference === undefined || more.length > 0 || reference.kind === 'variable' || reference.text !== text) return;
  const document = publishedTestKey(value);
  if (document === undefined) return;
  throw new UnresolvedReferenceError(`${text}: its value is a key that everybody knows (${document}); make one of your own`, text, reference.kind, 'published');
}

/** publishedIn gives what is wrong with the secrets that values name and that stand in public documents; `resolve` refuses them. */
export function publishedIn(value: unknown, resolve: (text: string) => string): readonly string[] {
  if (typeof value === 'string') return value.startsWith('secret://') ? problemOf(value, resolve) : [];
  return typeof value === 'object' && value !== null ? [...new Set(Object.values(value).flatMap((part) => publishedIn(part, resolve)))] : [];
}

function problemOf(text: string, resolve: (text: string) => string): readonly string[] {
  try {
    resolve(text);
    return [];
  } catch (error) {
    // Whatever else is wrong with a secret is the trouble of its system alone, and said there.
    return error instanceof UnresolvedReferenceError && error.problem === 'published' ? [error.message] : [];
  }
}
