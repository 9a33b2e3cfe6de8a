import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { publishedFingerprints } from './published-fingerprints.js';
import { listReferences } from './references.js';
import { eachText } from './tolerant-access.js';

/** PublishedKeyError is thrown where a secret is a key that anybody can look up; it names the reference and where the key is printed. */
export class PublishedKeyError extends Error {
  override readonly name = 'PublishedKeyError';
  constructor(readonly reference: string, readonly source: string) {
    super(`${reference}: its value is a test key that is printed in ${source}, so that anybody can sign with it; make one of your own`);
  }
}

const sources: ReadonlyMap<string, string> = new Map(
  publishedFingerprints.flatMap(([source, list]) => list.trim().split(/\s+/).map((fingerprint) => [fingerprint, source] as const)),
);

/** publishedTestKey says where a secret is printed, in whatever form it is written: as text, in base64 or hex, with `whsec_` before it, as PEM or as JWK; undefined for one that is not. */
export function publishedTestKey(secret: string): string | undefined {
  const text = secret.trim();
  const bare = text.replace(/^whsec_/, '');
  const forms: Buffer[] = [Buffer.from(text, 'utf8'), Buffer.from(bare, 'base64'), Buffer.from(bare, 'hex'), ...publicKeyOf(text), ...octetsOf(text)];
  for (const form of forms) {
    const source = form.length === 0 ? undefined : sources.get(fingerprintOf(form));
    if (source !== undefined) return source;
  }
  return undefined;
}

function fingerprintOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

function publicKeyOf(text: string): readonly Buffer[] {
  const jwk = jwkOf(text);
  if (jwk === undefined && !text.startsWith('-----BEGIN')) return [];
  try {
    const pem = text.replaceAll('\\n', '\n');
    const key = jwk !== undefined ? createPublicKey({ key: jwk, format: 'jwk' }) : pem.includes('PRIVATE KEY') ? createPublicKey(createPrivateKey(pem)) : createPublicKey(pem);
    return [key.export({ type: 'spki', format: 'der' })];
  } catch {
    // What is no key is found where it is used.
    return [];
  }
}

function octetsOf(text: string): readonly Buffer[] {
  const octets = jwkOf(text)?.['k'];
  return typeof octets === 'string' ? [Buffer.from(octets, 'base64url')] : [];
}

function jwkOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'kty' in parsed ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** Secrets that were looked at and are no published keys; credentials are read with every request. */
const harmless = new Set<string>();
const mostHarmless = 500;

/**
 * refusePublishedKeys wraps a resolver of references, so that one whose value is a published test key throws
 * PublishedKeyError wherever it is used; `${NAME}` is judged as well, since it may stand for a secret.
 */
export function refusePublishedKeys(resolve: (text: string) => string): (text: string) => string {
  return (text) => {
    const resolved = resolve(text);
    if (resolved === text || harmless.has(resolved)) return resolved;
    for (const { text: reference } of listReferences(text)) {
      const source = publishedTestKey(reference === text ? resolved : resolve(reference));
      if (source !== undefined) throw new PublishedKeyError(reference, source);
    }
    if (harmless.size >= mostHarmless) harmless.clear();
    harmless.add(resolved);
    return resolved;
  };
}

/** publishedKeysIn gives the message for each reference in definitions whose value is a published test key; `resolve` is one of refusePublishedKeys. What has no value is not its affair. */
export function publishedKeysIn(definitions: readonly unknown[], resolve: (text: string) => string): readonly string[] {
  const found = new Set<string>();
  eachText(definitions, (text) => {
    for (const reference of listReferences(text)) {
      try {
        resolve(reference.text);
      } catch (error) {
        if (error instanceof PublishedKeyError) found.add(error.message);
      }
    }
  });
  return [...found];
}
