import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';

let instance: Instance;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 40, seed: 3 });
  expect((await crosswalk('apply', path.join(root, 'examples', 'sandbox'))).code).toBe(0);
});
afterAll(() => instance?.stop());

/** Calls the command line as a person would. */
function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      maxBuffer: 16 * 1024 * 1024, env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), COLUMNS: '140', ...instance.env },
    }, (error, out, err) => {
      if (process.env['CROSSWALK_TEST_SHOW'] === '1') process.stdout.write(`$ crosswalk ${args.join(' ')}\n${out}${err}\n`);
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('a person triggers, pauses, resumes and makes up for schedules, and sees whose doing it is', async () => {
  const triggered = await crosswalk('schedules', 'trigger', `${SYNC}/every`);
  expect(triggered).toMatchObject({ code: 0, out: expect.stringMatching(/^Started scheduled\/contacts-to-mailing\/every-\S+ for crosswalk\/contacts-to-mailing\/every\.\n$/) });
  await expect.poll(async () => (await crosswalk('schedules')).out, { timeout: 60_000, interval: 1_000 }).toMatch(/contacts-to-mailing\/every {2}reads what has changed, every 5m, counted from 00:00 UTC\n {2}last +\S+( \S+)? ago succeeded\n/);
  expect(await crosswalk('schedules', 'pause', `${SYNC}/full-read`, '--by', 'ada')).toMatchObject({ code: 2, err: expect.stringContaining('Say why it is paused') });
  expect((await crosswalk('schedules', 'pause', `${SYNC}/full-read`, '--by', 'ada', '--reason', 'the target is migrated')).out).toContain('paused   by ada: the target is migrated');
  expect((await crosswalk('apply', path.join(root, 'examples', 'sandbox'))).out).toContain('stays paused by hand: Paused by ada: the target is migrated');
  expect((await crosswalk('schedules', 'resume', `${SYNC}/full-read`, '--by', 'bea')).out).toMatch(/next +\d{4}-/);
  expect(await crosswalk('schedules', 'backfill', `${SYNC}/reconcile`, '--from', '2026-10-01', '--to', '2026-10-21')).toMatchObject({ code: 2, err: expect.stringContaining('It would start 20 runs of crosswalk/contacts-to-mailing/reconcile, one after another') });
  expect(await crosswalk('schedules', 'backfill', `${SYNC}/reconcile`, '--from', '2026-10-01', '--to', '2026-10-03')).toMatchObject({ code: 0, out: expect.stringContaining('Started 2 runs') });
  expect(await crosswalk('schedules', 'trigger', 'weekly')).toMatchObject({ code: 2, err: expect.stringContaining('There is no schedule "weekly"') });
});

test('changes that a sweep finds and no webhook announced tighten the sweeps, which strategy, status, schedules and notifications show', async () => {
  // Nobody has subscribed to the webhooks of this sandbox.
  await instance.admin('POST', '/crm/contacts/touch', { count: 10, seed: 5, edit: 'random' });
  const sweep = async (): Promise<string> => {
    await crosswalk('schedules', 'trigger', `${SYNC}/every`);
    return (await crosswalk('strategy')).out;
  };
  await expect.poll(sweep, { timeout: 90_000, interval: 2_000 }).toMatch(/contacts-to-mailing: swept every 150s in place of every 5m, since .*: \d+ % of \d+ changes were announced by no webhook \(allowed 5.0 %\)/);
  expect((await crosswalk('strategy')).out).toMatch(/contacts-to-mailing +crm\.contact → mailing\.member +real-time, sweep every 5m, all at/);
  expect((await crosswalk('status')).out).toContain('contacts-to-mailing: swept every 150s in place of every 5m');
  expect((await crosswalk('notifications')).out).toContain('contacts-to-mailing is swept every 150s now, not every 5m');
  expect((await crosswalk('schedules')).out).toContain('contacts-to-mailing/every  reads what has changed, every 150s');
  const { out } = await crosswalk('apply', path.join(root, 'examples', 'sandbox'));
  expect(out).toContain('contacts-to-mailing: swept every 150s for a time, in place of every 5m');
  expect((await crosswalk('schedules')).out).toContain('contacts-to-mailing/every  reads what has changed, every 150s');
});
