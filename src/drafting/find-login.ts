import type { DraftAuth } from '../contracts/system-draft.js';
import type { Json } from '../contracts/json.js';
import type { LoginAuth } from '../contracts/auth-definition.js';
import { SystemError } from '../contracts/system-error.js';
import { UnusableTokenError } from '../http/auth/token-answer.js';
import { fetchToken } from '../http/auth/token-endpoint.js';
import type { HttpAnswer } from '../http/client-types.js';
import { createFailureMaker } from '../http/failure.js';
import { isLifetimeName, tokenRank } from '../domain/draft/known-names.js';
import { isPlainName, pointerOf } from '../domain/draft/names.js';
import { isJsonObject } from '../domain/json-pointer.js';
import { fetchOnce } from './fetch-once.js';
import { withSourceClient, type Source } from './source-client.js';

/** DraftLogin is what is posted, and where; values may hold references. */
export interface DraftLogin {
  readonly post: string;
  readonly body: Readonly<Record<string, string>>;
}

/** FoundLogin is a login that worked, and what a list then answered. */
export interface FoundLogin {
  readonly answer: HttpAnswer;
  readonly auth: DraftAuth;
  /** Status of the answer to a token that is not valid; null where there was none. */
  readonly refusedWith: number | null;
}

/**
 * findLogin logs in, finds the token in the answer, and reads a list with it: as `Bearer`, or else as it is. Then it asks
 * once more with a token that is not valid, since not every API answers that with 401. Throws SystemError.
 */
export async function findLogin(source: Source, login: DraftLogin): Promise<FoundLogin> {
  const { token, expiresIn } = await placesOfToken(source, login);
  const auth: LoginAuth = { type: 'login', ...login, token, ...(expiresIn === undefined ? {} : { expiresIn }), header: 'Authorization', prefix: 'Bearer ' };
  const { answer, prefix } = await readWithToken(source, auth);
  const refusedWith = await fetchOnce({ ...source, headers: { ...source.headers, authorization: `${prefix}not-a-token` } })
    .then(({ status }) => status, (error: unknown) => (error instanceof SystemError ? error.detail.status : null));
  const keys = { type: 'login', post: login.post, body: login.body, token, ...(expiresIn === undefined ? {} : { expiresIn }), ...(prefix === '' ? { prefix } : {}) };
  return { answer, auth: { keys, checks: [] }, refusedWith };
}

async function readWithToken(source: Source, auth: LoginAuth): Promise<{ readonly answer: HttpAnswer; readonly prefix: string }> {
  try {
    return { answer: await fetchOnce(source, auth), prefix: auth.prefix };
  } catch (error) {
    if (!(error instanceof SystemError) || (error.detail.status !== 401 && error.detail.status !== 403)) throw error;
    // What the first attempt was answered says more than what the second is.
    return { answer: await fetchOnce(source, { ...auth, prefix: '' }).catch(() => { throw error; }), prefix: '' };
  }
}

interface TokenPlaces {
  readonly token: string;
  readonly expiresIn: string | undefined;
}

function placesOfToken(source: Source, { post, body }: DraftLogin): Promise<TokenPlaces> {
  return withSourceClient(source, { type: 'none' }, ({ dispatcher, secrets, timeoutMs }) => {
    const values = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, source.resolve(value)]));
    for (const value of Object.values(values)) secrets.add(value);
    const fail = createFailureMaker(source.url.hostname, (text) => secrets.redact(text));
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    return fetchToken({ dispatcher, timeoutMs, fail }, { origin: source.url.origin, path: post, method: 'POST', headers, body: JSON.stringify(values) }, findToken);
  });
}

/** findToken finds in the answer to a login where its token is, and its lifetime in seconds; throws UnusableTokenError where there is none. */
export function findToken(answer: Json): TokenPlaces {
  const leaves = leavesOf(answer);
  const [token] = leaves.filter(({ name, value }) => tokenRank(name) !== undefined && typeof value === 'string' && /^[\x21-\x7e]{8,}$/.test(value)).toSorted((a, b) => (tokenRank(a.name) ?? 0) - (tokenRank(b.name) ?? 0));
  if (token === undefined) throw new UnusableTokenError('nothing in it is called a token');
  return { token: token.pointer, expiresIn: leaves.find(({ name, value }) => isLifetimeName(name) && typeof value === 'number')?.pointer };
}

interface Leaf {
  readonly name: string;
  readonly pointer: string;
  readonly value: Json;
}

function leavesOf(value: Json, path: readonly string[] = []): Leaf[] {
  if (!isJsonObject(value)) return path.length === 0 || Array.isArray(value) ? [] : [{ name: path.at(-1) ?? '', pointer: pointerOf(...path), value }];
  if (path.length > 3) return [];
  return Object.entries(value).slice(0, 100).flatMap(([name, part]) => (isPlainName(name) ? leavesOf(part, [...path, name]) : []));
}
