import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt } from '../../../src/store/crosswalk.js';
import { storeReviews, type NewReview } from '../../../src/store/identity-reviews.js';
import type { LedgerScope } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { newScope } from '../store/store-under-test.js';

const program = fileURLToPath(new URL('../../../bin/crosswalk.js', import.meta.url));
const values = { full_name: 'Nina Katzenberger', postcode: '54290', born: '1984-03-02' };

let migrated: MigratedDatabase;
let folder: string;
let scope: LedgerScope;
let sync: string;
let source: string;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-matches-'));
});
afterAll(async () => {
  await migrated?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two questions about one record. */
async function ask(): Promise<void> {
  const { database } = migrated;
  scope = await newScope(database);
  const { rows: [names] } = await database.pool.query<{ sync: string; source: string }>(
    `select s.name as sync, o.system || '.' || o.object as source from syncs s, objects o where s.id = $1 and o.id = $2`, [scope.syncNumber, scope.sourceObject]);
  ({ sync, source } = names ?? { sync: '', source: '' });
  const reviews = ['m_204', 'm_671'].map((targetId, index): NewReview => ({
    sourceId: 'ct_1', targetId, entityId: newId(), probability: 0.62 - index * 0.3,
    reasons: [{ bits: 10.4, text: 'full_name is one slip apart' }, { bits: -3.2, text: 'born differs' }], sourceValues: values, targetValues: { ...values, full_name: 'Nina Katzenberge' },
  }));
  await adopt(database, scope, reviews.map(({ targetId, entityId }) => ({ id: targetId, version: null, entityId, values, keys: [] })));
  await storeReviews(database, scope, reviews);
}

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], {
      cwd: folder, env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), DATABASE_URL: migrated.url },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function listed(...args: readonly string[]): Promise<{ readonly total: number; readonly matches: readonly { readonly id: string; readonly targetId: string; readonly state: string; readonly decidedBy: string | null; readonly note: string | null }[] }> {
  return JSON.parse((await crosswalk('matches', '--sync', sync, '--json', ...args)).out);
}

describe('crosswalk matches', () => {
  test('lists the questions with their reasons, the most probable first', async () => {
    await ask();
    const { code, out } = await crosswalk('matches', '--sync', sync);
    expect(code).toBe(0);
    expect(out).toMatch(/^2 questions\n/);
    expect(out.indexOf('m_204')).toBeLessThan(out.indexOf('m_671'));
    expect(out).toContain('+10.4  full_name is one slip apart');
    expect(out).toContain('62.0 %');
  });

  test('shows one with both records side by side, found by the end of its id', async () => {
    await ask();
    const [first] = (await listed()).matches;
    const { out } = await crosswalk('matches', 'show', first?.id.slice(-12) ?? '');
    expect(out).toMatch(/full_name\s+Nina Katzenberger\s+Nina Katzenberge\n/);
    expect(out).toContain('-3.2  born differs');
  });

  test('accept links the two and notes who said so; the other question falls away', async () => {
    await ask();
    const [first] = (await listed()).matches;
    const { code, out } = await crosswalk('matches', 'accept', first?.id ?? '', '--by', 'vera', '--note', 'asked her');
    expect(code).toBe(0);
    expect(out).toContain(`crosswalk sync ${sync} --full`);
    expect((await listed('--all')).matches.map(({ targetId, state, decidedBy, note }) => [targetId, state, decidedBy, note])).toEqual([['m_204', 'accepted', 'vera', 'asked her'], ['m_671', 'superseded', null, null]]);
    expect(await crosswalk('matches', 'accept', first?.id ?? '')).toMatchObject({ code: 2, err: expect.stringContaining('accepted already') });
  });

  test('reject leaves the other question open', async () => {
    await ask();
    const [first] = (await listed()).matches;
    expect((await crosswalk('matches', 'reject', first?.id ?? '', '--by', 'vera')).code).toBe(0);
    expect((await listed()).matches.map(({ targetId }) => targetId)).toEqual(['m_671']);
  });

  test('split takes a record out of its entity', async () => {
    await ask();
    const [first] = (await listed()).matches;
    await crosswalk('matches', 'accept', first?.id ?? '');
    expect(await crosswalk('matches', 'split', source, 'ct_1', '--by', 'vera')).toMatchObject({ code: 0, out: expect.stringContaining('it was linked with 1 record') });
    expect(await crosswalk('matches', 'split', source, 'ct_1')).toMatchObject({ code: 2, err: expect.stringContaining('linked with none') });
  });

  test.each([[['matches', 'show', '%'], 'no question'], [['matches', 'accept', '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70'], 'no question'], [['matches', '--sync', 'nothing'], 'no sync "nothing"'], [['matches', 'split', 'crm', '1'], 'no object of a system']])('%j is refused', async (args, message) => {
    expect(await crosswalk(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});
