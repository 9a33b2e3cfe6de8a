import { randomUUID } from 'node:crypto';
import type { SigningDefinition } from '../../contracts/signing-definition.js';
import { SystemError } from '../../contracts/system-error.js';
import type { Credentials } from '../auth/token-source.js';
import type { RawRequest } from '../exchange.js';
import type { FailureMaker } from '../failure.js';
import { signWithHmac } from './hmac-signer.js';
import { signMessage } from './message-signer.js';
import { signerFor, type SignBytes } from './signing-key.js';

/** SigningMoment is what makes each signature another one. */
export interface SigningMoment {
  readonly nowMs: number;
  readonly nonce: string;
}

/** RequestSigner signs a whole request, as the last thing before it is sent; throws SystemError `missing-secret` where the key cannot be used. */
export type RequestSigner = (request: RawRequest) => Promise<RawRequest>;

/** createRequestSigner makes the signer of a system; without a definition it leaves requests as they are. Keys are read at the moment of use. */
export function createRequestSigner(
  signing: SigningDefinition | undefined, credentials: Credentials, fail: FailureMaker,
  moment: () => SigningMoment = () => ({ nowMs: Date.now(), nonce: randomUUID() }),
): RequestSigner {
  if (signing === undefined) return (request) => Promise.resolve(request);
  // A private key costs a hundred times more to parse than to sign with.
  let known: { readonly key: string; readonly sign: SignBytes } | undefined;
  const headersFor = async (request: RawRequest): Promise<Readonly<Record<string, string>>> => {
    if (signing.type === 'hmac') return signWithHmac(signing, credentials.plain(signing.secret), request, moment());
    const key = credentials.plain(signing.key);
    if (known?.key !== key) known = { key, sign: signerFor(signing.algorithm, key, signing.keyEncoding) };
    return signMessage(signing, known.sign, request, moment());
  };
  return async (request) => {
    try {
      return { ...request, headers: { ...request.headers, ...await headersFor(request) } };
    } catch (error) {
      if (error instanceof SystemError) throw error;
      // Only our own words: those of a library may quote what it was given.
      throw fail({ outcome: 'fail', code: 'missing-secret', what: `cannot be signed: ${error instanceof TypeError ? error.message : 'the signature cannot be made'}`, request: 'requests' });
    }
  };
}
