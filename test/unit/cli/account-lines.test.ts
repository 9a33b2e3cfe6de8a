import { expect, test } from 'vitest';
import pico from 'picocolors';
import { accountLines } from '../../../src/cli/status/account-lines.js';
import type { AccountOverview } from '../../../src/store/account-overview.js';

const now = new Date('2026-11-28T12:00:00Z');
const account: AccountOverview = { system: 'books', state: 'connected', reason: null, since: new Date('2026-11-28T11:00:00Z'), scope: 'records', connectedBy: 'vera', refreshExpiresAt: null, clientSecretExpiresAt: null };
const lines = (...accounts: readonly Partial<AccountOverview>[]): readonly string[] =>
  accountLines(accounts.map((each) => ({ ...account, ...each })), { colors: pico.createColors(false), now, columns: 120 }).filter((line) => line !== '');

test('an account that works is not mentioned', () => { expect(lines({})).toEqual([]); });

test('one that a person has to authorize is, with what to do', () => {
  expect(lines({ state: 'reconnect-needed', reason: 'the authorization is no longer valid (invalid_grant)' })).toEqual([
    expect.stringMatching(/^books: reconnect needed since 1 h.*, work waits \(the authorization is no longer valid \(invalid_grant\)\)$/) as string, '  crosswalk authorize books',
  ]);
  expect(lines({ state: 'never' })).toEqual(['books: no account is connected yet', '  crosswalk authorize books']);
});

test.each<[Partial<AccountOverview>, string]>([
  [{ refreshExpiresAt: new Date('2026-12-10T12:00:00Z') }, 'books: has to be authorized again within 12 days'],
  [{ refreshExpiresAt: new Date('2026-11-29T00:00:00Z') }, 'books: has to be authorized again within a day'],
  [{ clientSecretExpiresAt: new Date('2026-11-27T00:00:00Z') }, 'books: the client secret expires now: its day has passed'],
])('what comes to an end is shown with the days that are left: %o', (part, line) => { expect(lines(part)).toEqual([line]); });
