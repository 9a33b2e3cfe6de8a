import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sandboxEnvironment } from '../../../src/cli/sandbox-environment.js';
import { choosePort } from '../../../src/local/ports.js';
import { resolvePocketBase } from '../../support/pocketbase-binary.js';
import { copyCheckout } from '../../support/walkthrough/checkout.js';
import { missingLine } from '../../support/walkthrough/expected-output.js';
import { readPage, type Step } from '../../support/walkthrough/page.js';
import { ShellSession } from '../../support/walkthrough/shell-session.js';

const root = path.resolve(import.meta.dirname, '../../..');
// What comes after the proof is read when the CRM is connected.
const [walkthrough = ''] = readFileSync(path.join(root, 'docs/connect-in-15-minutes.md'), 'utf8').split('\n## With your own CRM\n');
const page = readPage(walkthrough);
const LIMIT_MS = 10 * 60_000;

// The page is followed as it stands, but for these: its port may be in use, and the packages are those of this checkout.
const POCKETBASE_PORT = '8095';
const INSTALL = 'npm ci';
// What runs in these goes on, and is waited for until it shows what the page shows.
const SERVERS = new Set(['terminal 1', 'terminal 2']);

// How fast a person is taken to be.
const WORDS_PER_MINUTE = 200;
const SECONDS_PER_LINE = 15;
// Two of the 15 minutes are the machine's.
const MINUTES_OF_A_PERSON = 13;

// With the modules of PocketBase compiled, the page's own "go install" has little left to do.
const go = await resolvePocketBase((message) => void process.stderr.write(`${message}\n`));
if ('missing' in go) process.stderr.write(`skipped: ${go.missing}\n`);

it('takes a person less than 13 minutes, by the words and lines it has', () => {
  const reading = page.words / WORDS_PER_MINUTE;
  const typing = (page.lines * SECONDS_PER_LINE) / 60;
  process.stdout.write(`  a person: ${page.words} words in ${reading.toFixed(1)} min, ${page.lines} lines in ${typing.toFixed(1)} min, together ${(reading + typing).toFixed(1)} min\n`);
  expect(reading + typing).toBeLessThan(MINUTES_OF_A_PERSON);
});

describe.skipIf('missing' in go)('the page, followed to the letter', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-page-'));
  const checkout = path.join(folder, 'checkout');
  const terminals = new Map<string, ShellSession>();
  afterAll(async () => {
    await Promise.all([...terminals.values()].map((each) => each.interrupt()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes from nothing to a sync that runs', async () => {
    const port = String(await choosePort());
    for (const each of [checkout, path.join(folder, 'scripts')]) mkdirSync(each);
    copyCheckout(root, checkout);
    const began = Date.now();
    for (const step of page.steps) {
      const stepBegan = Date.now();
      await follow(step, port);
      process.stdout.write(`  ${((Date.now() - stepBegan) / 1000).toFixed(1).padStart(6)} s  ${step.at}: ${step.kind === 'shell' ? step.script.split('\n').at(-1) : step.file}\n`);
    }
    process.stdout.write(`  the machine: ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
    expect(await members()).toEqual(expectedMembers());
  }, 20 * 60_000);

  async function follow(step: Step, port: string): Promise<void> {
    if (step.kind === 'file') return writeFileSync(path.join(checkout, step.file), step.text, { flag: 'wx' });
    if (step.kind === 'edit') return edit(step);
    const { shows } = step;
    const script = step.script.replaceAll(`127.0.0.1:${POCKETBASE_PORT}`, `127.0.0.1:${port}`).split('\n').filter((line) => line !== INSTALL).join('\n');
    const output = await terminal(step.terminal).run(script, (text) => SERVERS.has(step.terminal) && shows !== undefined && missingLine(shows, text) === undefined, LIMIT_MS);
    if (process.env['CROSSWALK_TEST_SHOW']) process.stdout.write(output);
    expect(shows === undefined ? undefined : missingLine(shows, output), `${step.at} shows a line that did not come:\n${output}`).toBe(undefined);
  }

  function edit({ at, file, before, after }: Extract<Step, { readonly kind: 'edit' }>): void {
    const place = path.join(checkout, file);
    const lines = readFileSync(place, 'utf8').split('\n');
    const first = lines.indexOf(before[0] ?? '');
    expect(lines.slice(first, first + before.length), `${at} has lines that are not in ${file}`).toEqual(before);
    writeFileSync(place, [...lines.slice(0, first), ...after, ...lines.slice(first + before.length)].join('\n'));
  }

  function terminal(name: string): ShellSession {
    const known = terminals.get(name);
    if (known !== undefined) return known;
    // Nothing of this machine's own Crosswalk; what Go has compiled stays in use.
    const env = Object.fromEntries(Object.entries(process.env).filter(([variable]) => !/^(CROSSWALK_|DATABASE_URL|TEMPORAL_|POCKETBASE_|SANDBOX_|VITEST|NODE_ENV|TEST$)/.test(variable)));
    const opened = new ShellSession({ folder: checkout, env, scripts: path.join(folder, 'scripts'), name });
    terminals.set(name, opened);
    return opened;
  }

  /** What the mailing system holds, asked as anybody may who has its key. */
  async function members(): Promise<unknown> {
    const [, sandbox] = /sandbox +(http:\S+)/.exec(terminal('terminal 1').output()) ?? [];
    const answer = await fetch(`${sandbox}/mailing/members?per_page=100&api_key=${sandboxEnvironment({}, sandbox ?? '')['SANDBOX_SECRET_MAILING']}`);
    const found = await answer.json() as readonly Readonly<Record<string, unknown>>[];
    return found.map(({ email_address, full_name, city, lifecycle, status }) => ({ email_address, full_name, city, lifecycle, status })).toSorted(byAddress);
  }

  /** What it has to hold: everybody with an address, and Ada as she was changed. */
  function expectedMembers(): unknown {
    const lifecycles: Readonly<Record<string, string>> = { lead: 'Prospect', trial: 'Trial', won: 'Customer', lost: 'Former customer' };
    const contacts = readFileSync(path.join(root, 'examples/pocketbase/contacts.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    return contacts.filter(({ email }) => email !== '').map((contact) => (contact['email'] === 'ada@example.com' ? { ...contact, stage: 'lost', city: 'Bath' } : contact)).map(({ email = '', first_name = '', last_name = '', city = '', stage = '' }) => ({
      email_address: email.toLowerCase(), full_name: `${first_name.trim()} ${last_name.trim()}`, city, lifecycle: lifecycles[stage] ?? null, status: 'subscribed',
    })).toSorted(byAddress);
  }
});

function byAddress(a: { readonly email_address: unknown }, b: { readonly email_address: unknown }): number {
  return String(a.email_address).localeCompare(String(b.email_address));
}
