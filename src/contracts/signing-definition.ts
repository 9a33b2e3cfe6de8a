/** SigningDefinition says how requests to a system are signed, besides its credentials. */
export type SigningDefinition = HmacSigning | MessageSigning;

/** HmacSigning is a keyed hash (RFC 2104) over given parts of the request, sent in a header. */
export interface HmacSigning {
  readonly type: 'hmac';
  readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** Reference of the key. */
  readonly secret: string;
  /** How the key is written. */
  readonly secretEncoding: 'text' | 'base64' | 'hex';
  /** What is signed: text with `{method}`, `{path}`, `{query}`, `{target}`, `{url}`, `{host}`, `{body}`, `{bodyHash}`, `{timestamp}`, `{nonce}`. */
  readonly signed: string;
  readonly encoding: 'hex' | 'base64' | 'base64url';
  readonly header: string;
  /** Text before the signature; may hold `{timestamp}` and `{nonce}`. */
  readonly prefix: string;
  /** Without a header the time stands in the prefix only. */
  readonly timestamp: { readonly header?: string; readonly format: 'unix' | 'unix-ms' | 'iso' };
  readonly nonceHeader?: string;
}

/** MessageSigning is a signature by RFC 9421, with a digest of the body by RFC 9530. */
export interface MessageSigning {
  readonly type: 'http-message-signatures';
  readonly algorithm: SignatureAlgorithm;
  /** Reference of the key: a PEM private key, or the secret of hmac-sha256. */
  readonly key: string;
  /** How the secret of hmac-sha256 is written. */
  readonly keyEncoding: 'text' | 'base64' | 'hex';
  readonly keyId: string;
  readonly label: string;
  /** What is covered; headers that a request does not have are left out. */
  readonly components: readonly string[];
  readonly digest: 'sha-256' | 'sha-512';
  /** In the order in which they are written. */
  readonly parameters: readonly SignatureParameter[];
  /** How long a signature is good for, where `expires` is among the parameters. */
  readonly expiresMs: number;
  readonly tag?: string;
}

/** SignatureAlgorithm is an algorithm of RFC 9421 §3.3. */
export type SignatureAlgorithm = 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256';

/** SignatureParameter is a parameter of a signature (RFC 9421 §2.3). */
export type SignatureParameter = 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag';
