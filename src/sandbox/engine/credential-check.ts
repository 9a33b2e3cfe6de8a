import { createHash, timingSafeEqual } from 'node:crypto';

/** CredentialCheck says whether a text is the expected one. */
export type CredentialCheck = (given: string | undefined) => boolean;

/** makeCredentialCheck makes a check that takes the same time however much of the text is right. */
export function makeCredentialCheck(expected: string): CredentialCheck {
  const digest = sha256(expected);
  return (given) => given !== undefined && timingSafeEqual(sha256(given), digest);
}

/** makeBearerCheck checks an `Authorization` header (RFC 6750 §2.1) for one token. */
export function makeBearerCheck(token: string): CredentialCheck {
  return makeCredentialCheck(`Bearer ${token}`);
}

/** makeBasicCheck checks an `Authorization` header (RFC 7617) for one user. */
export function makeBasicCheck(username: string, password: string): CredentialCheck {
  return makeCredentialCheck(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
