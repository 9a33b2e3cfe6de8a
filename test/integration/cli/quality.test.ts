import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let instance: Instance;
let folder: string;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 1_000, seed: 3, messy: 0.1 });
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-quality-'));
  expect((await crosswalk('apply', path.join(root, 'examples', 'sandbox'))).code).toBe(0);
});

afterAll(async () => {
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls the command line as a person would. */
function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), ...instance.env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function json(...args: readonly string[]): Promise<{ readonly code: number; readonly data: Record<string, any> }> {
  const { code, out } = await crosswalk(...args, '--json');
  return { code, data: JSON.parse(out) as Record<string, any> };
}

test('apply gives a quality definition its schedule', async () => {
  const { data } = await json('schedules');
  expect(data['schedules'].map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['crosswalk/crm-accounts/quality', 'crosswalk/crm-contacts/quality']));
});

test('a run stores the figures of the day, which show and the report of the month tell', async () => {
  const run = await json('quality', 'run', 'crm-contacts', '--strict');
  // Untidy records miss a target, and --strict says so.
  expect(run).toMatchObject({ code: 3, data: { state: 'succeeded', day: { owner: 'sales', object: 'contact' } } });
  const { figures, day } = run.data as { figures: Record<string, any>; day: { day: string } };
  expect(figures['records'] + figures['outOfScope']).toBe(1_000);
  expect(figures['invalid']).toBeGreaterThan(0);
  expect(figures['rules']['email.format']).toBeGreaterThan(0);
  const shown = await json('quality', 'show', 'crm-contacts');
  expect(shown.data['days']).toEqual([expect.objectContaining({ day: day.day, records: figures['records'], invalid: figures['invalid'] })]);
  const month = day.day.slice(0, 7);
  const written = await crosswalk('quality', 'report', '--month', month, '--department', 'sales', '--format', 'html', '-o', 'quality.html');
  expect(written).toMatchObject({ code: 0, out: 'Wrote quality.html.\n' });
  const html = readFileSync(path.join(folder, 'quality.html'), 'utf8');
  expect(html).toContain('<h3>Contacts of the CRM</h3>');
  expect(html).toContain('<svg class="plot"');
  expect((await crosswalk('quality', 'report', '--month', month)).out).toContain(`${(figures['records'] as number).toLocaleString('en-US')} records on ${day.day}`);
});

test('findings wait for a person until one is accepted', async () => {
  const before = await json('quality', 'findings', 'crm-contacts', '--rule', 'email.required', '--limit', '1');
  const [finding] = before.data['findings'] as [{ id: string; recordId: string }];
  expect((await crosswalk('quality', 'findings', 'crm-contacts', '--accept', finding.id)).err).toContain('Say why it is right');
  expect(await crosswalk('quality', 'findings', 'crm-contacts', '--accept', finding.id, '--reason', 'never writes')).toMatchObject({ code: 0, out: expect.stringContaining(finding.recordId) });
  expect((await json('quality', 'findings', 'crm-contacts', '--rule', 'email.required')).data['total']).toBe(before.data['total'] - 1);
});

/** The number of the last change in the CRM's own log; every change that anybody makes there raises it. */
async function lastChange(): Promise<number> {
  const { systems } = await instance.admin('GET', '/stats') as { systems: Record<string, { lastSeq: number }> };
  const last = systems['crm']?.lastSeq;
  if (last === undefined) throw new Error('the CRM counts no changes');
  return last;
}

test('a plan of repairs shows each value before and after, and writes nothing', async () => {
  const before = await lastChange();
  const { code, data } = await json('quality', 'repair', 'crm-contacts', '--limit', '1000');
  expect(code).toBe(0);
  expect(data).toMatchObject({ mode: 'plan', state: 'succeeded', counts: { read: 1_000 } });
  expect(data['writes']).toHaveLength(data['counts'].updated);
  expect(data['writes'].length).toBeGreaterThan(100);
  for (const write of data['writes']) {
    expect(write.kind).toBe('update');
    expect(Object.keys(write.after)).toEqual(Object.keys(write.before));
    expect(write.after).not.toEqual(write.before);
    expect(write.reason).toMatch(/^repaired: /);
  }
  expect(await lastChange()).toBe(before);
});

test.each([
  [['quality', 'run', 'crm-contact'], "did you mean 'crm-contacts'?"],
  [['quality', 'report', '--month', '2026-13'], 'is no month'],
  [['quality', 'report', '--department', 'sale'], "did you mean 'sales'?"],
  [['quality', 'findings', 'crm-contacts', '--rule', 'email.nothing'], 'Nothing breaks a rule'],
])('%j is bad input, and says what to do', async (args, message) => {
  const { code, err } = await crosswalk(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain('what to do:');
});
