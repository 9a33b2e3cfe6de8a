import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { publishedTestKey } from './published-test-keys.js';
import { resolveReferences, type ReferenceSources } from './references.js';

/** AnswerLinks is where links to answer by lead, and the keys that sign them. */
export interface AnswerLinks {
  /** Address under which people reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** The first signs; all are taken. */
  readonly keys: readonly LinkKey[];
}

/** LinkKey is a secret that signs links, with the name by which a link says which one it was. */
export interface LinkKey {
  readonly id: string;
  readonly secret: string;
}

/** AnswerGrant is what a link allows: one person to answer one question as it was shown, until a time. */
export interface AnswerGrant {
  readonly approvalId: string;
  readonly person: string;
  readonly hash: string;
  readonly expiresAt: Date;
}

const LEAST_SECRET = 32;

/** readLinkKeys reads `ID:SECRET` pairs, separated by commas or spaces, references included; throws RangeError, which names no secret, for what is none. */
export function readLinkKeys(text: string, sources: ReferenceSources): readonly LinkKey[] {
  const keys = resolveReferences(text, sources).split(/[\s,]+/).filter((part) => part !== '').map((part, position) => {
    const [, id, secret] = /^([A-Za-z0-9_-]{1,20}):(.+)$/.exec(part) ?? [];
    if (id === undefined || secret === undefined || secret.length < LEAST_SECRET) {
      throw new RangeError(`CROSSWALK_LINK_KEYS: key ${position + 1} has to be ID:SECRET, with a secret of at least ${LEAST_SECRET} characters, as from "openssl rand -hex 32".`);
    }
    const published = publishedTestKey(secret);
    if (published !== undefined) throw new RangeError(`CROSSWALK_LINK_KEYS: key ${position + 1} is a test key that is printed in ${published}; make one of your own, as with "openssl rand -hex 32".`);
    return { id, secret };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new RangeError('CROSSWALK_LINK_KEYS: two keys have the same ID.');
  return keys;
}

/** readAnswerLinks reads CROSSWALK_LINK_KEYS and CROSSWALK_PUBLIC_URL; undefined where either is not set. Throws RangeError or UnresolvedReferenceError. */
export function readAnswerLinks(sources: ReferenceSources): AnswerLinks | undefined {
  const { CROSSWALK_LINK_KEYS: keys = '', CROSSWALK_PUBLIC_URL: publicUrl = '' } = sources.env;
  if (keys === '' || publicUrl === '') return undefined;
  if (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol)) throw new RangeError('CROSSWALK_PUBLIC_URL has to be an address such as https://crosswalk.example.org.');
  return { publicUrl: publicUrl.replace(/\/+$/, ''), keys: readLinkKeys(keys, sources) };
}

/** answerLink is the address by which a person answers; it is a secret of theirs. Throws RangeError where no key is there. */
export function answerLink({ publicUrl, keys }: AnswerLinks, { approvalId, person, hash, expiresAt }: AnswerGrant): string {
  const [key] = keys;
  if (key === undefined) throw new RangeError('CROSSWALK_LINK_KEYS names no key.');
  const payload = Buffer.from(JSON.stringify([key.id, approvalId, person, hash, Math.floor(expiresAt.getTime() / 1000)])).toString('base64url');
  return `${publicUrl}/answer/${payload}.${signature(key, payload).toString('base64url')}`;
}

/** maskedLink is a link as it may be shown to others: without what makes it work. */
export function maskedLink(link: string): string {
  return link.replace(/(\/answer\/).+$/, '$1…');
}

/** readAnswerToken is what the last part of a link allows; undefined unless one of the keys signed it. It may be out of date. */
export function readAnswerToken(keys: readonly LinkKey[], token: string): AnswerGrant | undefined {
  const [payload = '', signed = '', ...rest] = token.split('.');
  if (rest.length > 0) return undefined;
  const parts = readParts(payload);
  const key = keys.find(({ id }) => id === parts?.[0]);
  if (parts === undefined || key === undefined) return undefined;
  const given = Buffer.from(signed, 'base64url');
  const expected = signature(key, payload);
  // The text is compared too: base64url has several spellings of the same bytes.
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || expected.toString('base64url') !== signed) return undefined;
  const [, approvalId, person, hash, expires] = parts;
  return { approvalId, person, hash, expiresAt: new Date(expires * 1000) };
}

/** answerLinkDecision is the decision id of a person's links to what was shown: however many they get and however often they use them, it is one decision. */
export function answerLinkDecision({ approvalId, person, hash }: AnswerGrant): string {
  return `link-${createHash('sha256').update(JSON.stringify([approvalId, person, hash])).digest('hex').slice(0, 40)}`;
}

// The prefix keeps a signature that was made for something else from counting here.
function signature({ secret }: LinkKey, payload: string): Buffer {
  return createHmac('sha256', secret).update(`crosswalk answer link\n${payload}`).digest();
}

type Parts = readonly [keyId: string, approvalId: string, person: string, hash: string, expires: number];

function readParts(payload: string): Parts | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isParts(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function isParts(parts: unknown): parts is Parts {
  return Array.isArray(parts) && parts.length === 5 && parts.slice(0, 4).every((part) => typeof part === 'string') && Number.isSafeInteger(parts[4]);
}
