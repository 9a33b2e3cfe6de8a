import { createHash, createHmac } from 'node:crypto';
import type { HmacSigning } from '../../contracts/signing-definition.js';
import type { RawRequest } from '../exchange.js';
import type { SigningMoment } from './request-signer.js';

/** signWithHmac gives the headers that sign a request by a keyed hash over what the definition names. */
export function signWithHmac(signing: HmacSigning, secret: string, request: RawRequest, moment: SigningMoment): Readonly<Record<string, string>> {
  const values = valuesOf(request, timeText(moment.nowMs, signing.timestamp.format), moment.nonce);
  const key = Buffer.from(secret, signing.secretEncoding === 'text' ? 'utf8' : signing.secretEncoding);
  if (key.length === 0) throw new TypeError('the signing key is empty');
  const signature = createHmac(signing.algorithm, key).update(filled(signing.signed, values), 'utf8').digest(signing.encoding);
  return {
    ...(signing.timestamp.header === undefined ? {} : { [signing.timestamp.header.toLowerCase()]: values.timestamp }),
    ...(signing.nonceHeader === undefined ? {} : { [signing.nonceHeader.toLowerCase()]: values.nonce }),
    [signing.header.toLowerCase()]: filled(signing.prefix, values) + signature,
  };
}

type Values = Readonly<Record<'method' | 'path' | 'query' | 'target' | 'url' | 'host' | 'body' | 'bodyHash' | 'timestamp' | 'nonce', string>>;

function valuesOf({ origin, path: target, method, body }: RawRequest, timestamp: string, nonce: string): Values {
  const at = target.indexOf('?');
  return {
    method, target, url: origin + target, host: new URL(origin).host, timestamp, nonce,
    path: at === -1 ? target : target.slice(0, at), query: at === -1 ? '' : target.slice(at + 1),
    body: body ?? '', bodyHash: createHash('sha256').update(body ?? '', 'utf8').digest('hex'),
  };
}

/** Each placeholder once: what a record's text holds is not filled in again. */
function filled(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name as keyof Values] : whole));
}

function timeText(nowMs: number, format: HmacSigning['timestamp']['format']): string {
  if (format === 'iso') return new Date(nowMs).toISOString();
  return String(format === 'unix' ? Math.floor(nowMs / 1_000) : nowMs);
}
