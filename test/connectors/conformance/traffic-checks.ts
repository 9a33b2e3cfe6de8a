import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { SystemError } from '../../../src/contracts/system-error.js';
import { item, listAll, NotApplicable, outcomesOf, secret, signal, type Subject } from './context.js';

const headers = resolve(import.meta.dirname, '../../../../shared/data/http-headers/retry-after.json');

interface RetryAfterCases {
  readonly now: string;
  readonly cases: readonly { readonly value: string; readonly delay_seconds: number | null }[];
}

/** credentials tells good credentials from bad and expired ones, and says so in words without them. */
export async function credentials(subject: Subject): Promise<void> {
  const [name] = firstObject(subject);
  subject.vendor.forget();
  subject.vendor.credentials = secret;
  expect((await listAll(subject.open(), name)).ids).toEqual([]);
  const refused = subject.noted(await failureOf(() => listAll(subject.open({ secret: 'wrong-9d2f7a' }), name)));
  expect(refused.detail).toMatchObject({ outcome: 'fail', code: 'authentication-failed' });
  expect(`${refused.message} ${JSON.stringify(refused.detail)}`).not.toContain('wrong-9d2f7a');
  // Expired: what was let in before is refused from now on.
  const connector = subject.open();
  await listAll(connector, name);
  subject.vendor.credentials = 'another';
  subject.vendor.expireTokens();
  expect(subject.noted(await failureOf(() => listAll(connector, name))).detail).toMatchObject({ outcome: 'fail', code: 'authentication-failed' });
}

/** refresh has a new token fetched once after the old one was refused, however many requests found out. */
export async function refresh(subject: Subject): Promise<void> {
  if (subject.definition.auth.type !== 'oauth2' && subject.definition.auth.type !== 'login') throw new NotApplicable('its tokens are fixed: a refused one is not replaced');
  const [name] = firstObject(subject);
  subject.vendor.forget();
  const connector = subject.open();
  await listAll(connector, name);
  subject.vendor.expireTokens();
  const before = subject.vendor.tokensGiven;
  await Promise.all([1, 2, 3].map(() => listAll(connector, name)));
  expect(subject.vendor.tokensGiven - before).toBe(1);
}

/** rateLimits waits as long as each form of Retry-After says, for reads and for writes. */
export async function rateLimits(subject: Subject): Promise<void> {
  const [name] = firstObject(subject);
  const data: RetryAfterCases = existsSync(headers) ? JSON.parse(readFileSync(headers, 'utf8')) as RetryAfterCases : { now: '1999-12-31T23:58:59Z', cases: [{ value: '120', delay_seconds: 120 }, { value: 'Fri, 31 Dec 1999 23:59:59 GMT', delay_seconds: 60 }, { value: 'soon', delay_seconds: null }] };
  for (const { value, delay_seconds: seconds } of data.cases) {
    subject.vendor.forget();
    subject.vendor.fail({ status: 429, body: { error: { message: 'slow down' } }, headers: { date: new Date(data.now).toUTCString(), 'retry-after': value } });
    const { detail } = await failureOf(() => listAll(subject.open(), name));
    expect(detail, JSON.stringify(value)).toMatchObject({ outcome: 'rate-limited', status: 429 });
    const least = Math.max(1_000, (seconds ?? 5) * 1_000);
    expect(detail.retryAfterMs, JSON.stringify(value)).toBeGreaterThanOrEqual(least);
    expect(detail.retryAfterMs, JSON.stringify(value)).toBeLessThanOrEqual(seconds === null ? 7_500 : least + 2_000);
    expect(subject.vendor.seen, 'asked once').toHaveLength(1);
  }
  const written = Object.entries(subject.definition.objects).find(([object, { create }]) => create !== undefined && subject.about.examples[object]?.create !== undefined);
  if (written === undefined) return;
  subject.vendor.forget();
  subject.vendor.fail({ status: 429, body: {} });
  const results = await subject.open().write(written[0], [item('create', null, subject.fields(written[0], 1))], signal);
  expect(outcomesOf(results)).toMatch(/^rate-limited/);
}

/** secrets are in nothing that was logged, thrown or answered, and in no URL where the vendor does not want them there. */
export async function secrets(subject: Subject): Promise<void> {
  const [name] = firstObject(subject);
  subject.vendor.forget();
  // As basic authentication sends it; anybody else's is nobody's secret.
  const sent = subject.definition.auth.type === 'basic' ? Buffer.from(`${subject.definition.auth.username}:${secret}`).toString('base64') : secret;
  for (const status of [400, 401, 403, 404, 500]) {
    const echo = { status, body: { error: `Bearer ${secret} is no good, ${sent}` } };
    subject.vendor.fail(echo, echo);
    subject.noted(await failureOf(() => listAll(subject.open(), name)).then(({ message, detail, stack }) => ({ message, detail, stack })));
  }
  for (const text of subject.said) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(sent);
  }
  const { auth } = subject.definition;
  if (auth.type === 'api-key' && auth.in === 'query') return;
  for (const { url, body } of subject.vendor.seen) expect(`${url} ${body}`).not.toContain(secret);
}

function firstObject(subject: Subject): readonly [string] {
  const [name] = Object.keys(subject.definition.objects);
  if (name === undefined) throw new NotApplicable('no objects');
  return [name];
}

async function failureOf(work: () => Promise<unknown>): Promise<SystemError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SystemError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
