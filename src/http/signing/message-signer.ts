import { createHash } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { MessageSigning, SignatureParameter } from '../../contracts/signing-definition.js';
import type { RawRequest } from '../exchange.js';
import type { SigningMoment } from './request-signer.js';
import type { SignBytes } from './signing-key.js';

/** signMessage gives the headers that sign a request by RFC 9421, among them Content-Digest (RFC 9530) where it is covered and there is a body. */
export async function signMessage(signing: MessageSigning, sign: SignBytes, request: RawRequest, { nowMs, nonce }: SigningMoment): Promise<Readonly<Record<string, string>>> {
  const added = coveredHeaders(signing, request, nowMs);
  const headers = { ...request.headers, ...added };
  const created = new Date(nowMs);
  const signed = await httpbis.signMessage({
    key: { id: signing.keyId, alg: signing.algorithm, sign: (data) => Promise.resolve(sign(data)) },
    name: signing.label,
    fields: signing.components.filter((component) => component.startsWith('@') || Object.hasOwn(headers, nameOf(component))),
    params: [...signing.parameters],
    paramValues: { created: has(signing, 'created') ? created : null, expires: new Date(nowMs + signing.expiresMs), nonce, keyid: signing.keyId, alg: signing.algorithm, ...(signing.tag === undefined ? {} : { tag: signing.tag }) },
  }, { method: request.method, url: request.origin + request.path, headers });
  return { ...added, 'signature-input': String(signed.headers['Signature-Input']), signature: String(signed.headers['Signature']) };
}

/** contentDigest writes the digest of a body (RFC 9530 §2). */
export function contentDigest(body: string, algorithm: MessageSigning['digest']): string {
  return `${algorithm}=:${createHash(algorithm.replace('-', '')).update(body, 'utf8').digest('base64')}:`;
}

function has({ parameters }: MessageSigning, parameter: SignatureParameter): boolean {
  return parameters.includes(parameter);
}

/** Headers that would otherwise be set only when the request is on its way, or not at all. */
function coveredHeaders({ components, digest }: MessageSigning, { headers, body }: RawRequest, nowMs: number): Record<string, string> {
  const names = new Set(components.map(nameOf));
  return {
    ...(names.has('date') && headers['date'] === undefined ? { date: new Date(nowMs).toUTCString() } : {}),
    ...(names.has('content-length') && body !== null ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...(names.has('content-digest') && body !== null ? { 'content-digest': contentDigest(body, digest) } : {}),
  };
}

/** A component may have parameters after its name (RFC 9421 §2). */
function nameOf(component: string): string {
  return (component.split(';')[0] ?? '').replaceAll('"', '').toLowerCase();
}
