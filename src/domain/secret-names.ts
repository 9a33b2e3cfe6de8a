/** REDACTED stands in place of a secret. */
export const REDACTED = '[redacted]';

/** SECRET_WORDS are what names of secrets contain, without regard to case, blanks, hyphens and underscores. */
export const SECRET_WORDS = [
  'authorization', 'apikey', 'token', 'password', 'passwd', 'passphrase', 'pwd', 'secret', 'cookie', 'credential',
  'privatekey', 'accesskey', 'signingkey', 'encryptionkey', 'sessionid', 'signature', 'jwt',
] as const;

/** isSecretName tells whether a header, parameter or member of this name holds a secret: `X-Api-Key`, `client_secret`. */
export function isSecretName(name: string): boolean {
  const plain = name.slice(0, 200).toLowerCase().replaceAll(/[^a-z0-9]/g, '').replaceAll('secretar', '');
  return SECRET_WORDS.some((word) => plain.includes(word)) || plain === 'auth' || plain === 'pass';
}
