import { brotliDecompress, gunzip, inflate, type InputType } from 'node:zlib';
import { promisify } from 'node:util';
import { headerText, type ResponseHeaders } from './header-text.js';

/** UnreadableBodyError says why the bytes of an answer could not be unpacked. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';
  constructor(message: string, readonly kind: 'too-large' | 'undecodable') {
    super(message);
  }
}

/** acceptedEncodings is the value of Accept-Encoding: what readBody unpacks. */
export const acceptedEncodings = 'gzip, deflate, br';

const decoders: Readonly<Record<string, (body: InputType, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * readBody unpacks a body by its Content-Encoding (RFC 9110 §8.4), to at most `maxBytes`; unpacking stops there, so a
 * small body that unpacks to gigabytes costs no more. Throws UnreadableBodyError.
 */
export async function readBody(body: Buffer, headers: ResponseHeaders, maxBytes: number): Promise<Buffer> {
  const encoding = headerText(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity' || body.length === 0) return body;
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (decode === undefined) throw new UnreadableBodyError('its content encoding is not one that was asked for', 'undecodable');
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new UnreadableBodyError(`unpacked, it is larger than ${maxBytes} bytes`, 'too-large');
    }
    throw new UnreadableBodyError(`it cannot be unpacked as ${encoding}`, 'undecodable');
  }
}
