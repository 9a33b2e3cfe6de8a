import { constants, createHmac, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { MessageSigning, SignatureAlgorithm } from '../../contracts/signing-definition.js';

/** SignBytes signs bytes; throws TypeError for a key that does not fit. */
export type SignBytes = (data: Buffer) => Buffer;

/** signerFor makes the signing function of an algorithm (RFC 9421 §3.3); throws TypeError for a key that does not fit, with nothing of it in the message. */
export function signerFor(algorithm: SignatureAlgorithm, key: string, keyEncoding: MessageSigning['keyEncoding']): SignBytes {
  if (algorithm === 'hmac-sha256') {
    const secret = Buffer.from(key, keyEncoding === 'text' ? 'utf8' : keyEncoding);
    if (secret.length === 0) throw new TypeError('the signing key is empty');
    return (data) => createHmac('sha256', secret).update(data).digest();
  }
  const privateKey = readPrivateKey(key);
  if (!fits(privateKey, algorithm)) throw new TypeError(`the signing key is no key for ${algorithm}; ${wanted[algorithm]}`);
  switch (algorithm) {
    case 'ed25519': return (data) => sign(null, data, privateKey);
    // The two numbers one after the other, not DER (RFC 9421 §3.3.4).
    case 'ecdsa-p256-sha256': return (data) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    // A salt of 64 bytes (RFC 9421 §3.3.1); Node's own default is as long as fits.
    case 'rsa-pss-sha512': return (data) => sign('sha512', data, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 });
    case 'rsa-v1_5-sha256': return (data) => sign('sha256', data, { key: privateKey, padding: constants.RSA_PKCS1_PADDING });
  }
}

type Asymmetric = Exclude<SignatureAlgorithm, 'hmac-sha256'>;

const wanted: Readonly<Record<Asymmetric, string>> = {
  ed25519: 'it wants an Ed25519 private key', 'ecdsa-p256-sha256': 'it wants a private key on the curve P-256',
  'rsa-pss-sha512': 'it wants an RSA private key of at least 2,048 bits', 'rsa-v1_5-sha256': 'it wants an RSA private key of at least 2,048 bits',
};

const leastRsaBits = 2_048;

function readPrivateKey(pem: string): KeyObject {
  try {
    // An environment variable often has the line breaks of a PEM written as \n.
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new TypeError('the signing key is no PEM private key without a password');
  }
}

function fits({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, algorithm: Asymmetric): boolean {
  if (algorithm === 'ed25519') return type === 'ed25519';
  if (algorithm === 'ecdsa-p256-sha256') return type === 'ec' && details?.namedCurve === 'prime256v1';
  const isRsa = type === 'rsa' || (type === 'rsa-pss' && algorithm === 'rsa-pss-sha512');
  return isRsa && (details?.modulusLength ?? 0) >= leastRsaBits;
}
