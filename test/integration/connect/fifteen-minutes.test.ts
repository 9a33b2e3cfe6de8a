import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { choosePort } from '../../../src/local/ports.js';
import { resolvePocketBase } from '../../support/pocketbase-binary.js';
import { copyCheckout } from '../../support/walkthrough/checkout.js';
import { missingLine } from '../../support/walkthrough/expected-output.js';
import { readPage, type Step } from '../../support/walkthrough/page.js';
import { ShellSession } from '../../support/walkthrough/shell-session.js';

const root = path.resolve(import.meta.dirname, '../../..');
const page = readPage(readFileSync(path.join(root, 'docs/connect-in-15-minutes.md'), 'utf8'));
const LIMIT_MS = 10 * 60_000;

// The page is followed as it stands, but for these: its port may be in use, and the packages are those of this checkout.
const POCKETBASE_PORT = '8095';
const INSTALL = 'npm ci';

// How fast a person is taken to be.
const WORDS_PER_MINUTE = 200;
const SECONDS_PER_LINE = 15;

// With the modules of PocketBase compiled, the page's own "go install" has little left to do.
const go = await resolvePocketBase((message) => void process.stderr.write(`${message}\n`));
if ('missing' in go) process.stderr.write(`skipped: ${go.missing}\n`);

it('leaves a person time within 15 minutes', () => {
  const reading = page.words / WORDS_PER_MINUTE;
  const typing = (page.lines * SECONDS_PER_LINE) / 60;
  process.stdout.write(`  a person: ${page.words} words in ${reading.toFixed(1)} min, ${page.lines} lines in ${typing.toFixed(1)} min, together ${(reading + typing).toFixed(1)} min\n`);
  expect(reading + typing).toBeLessThan(14);
});

describe.skipIf('missing' in go)('the page, followed to the letter', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-page-'));
  const checkout = path.join(folder, 'checkout');
  const terminals = new Map<string, ShellSession>();
  afterAll(async () => {
    await Promise.all([...terminals.values()].map((terminal) => terminal.interrupt()));
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
    expect(await members()).toMatchObject([]);
  }, 20 * 60_000);

  async function follow(step: Step, port: string): Promise<void> {
    if (step.kind === 'file') return writeFileSync(path.join(checkout, step.file), step.text, { flag: 'wx' });
    if (step.kind === 'edit') return edit(step);
    const { shows } = step;
    const script = step.script.replaceAll(`127.0.0.1:${POCKETBASE_PORT}`, `127.0.0.1:${port}`).split('\n').filter((line) => line !== INSTALL).join('\n');
    const output = await terminal(step.terminal).run(script, (text) => shows !== undefined && missingLine(shows, text) === undefined, LIMIT_MS);
    if (process.env['CROSSWALK_TEST_SHOW']) process.stdout.write(output);
    expect(shows === undefined ? undefined : missingLine(shows, output), `${step.at} shows a line that did not come:\n${output}`).toBe(undefined);
  }

  function edit({ at, file, removes, adds }: Extract<Step, { readonly kind: 'edit' }>): void {
    const place = path.join(checkout, file);
    const lines = readFileSync(place, 'utf8').split('\n');
    const first = lines.indexOf(removes[0] ?? '');
    expect(lines.slice(first, first + removes.length), `${at} takes away lines that are not in ${file}`).toEqual(removes);
    writeFileSync(place, [...lines.slice(0, first), ...adds, ...lines.slice(first + removes.length)].join('\n'));
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

  async function members(): Promise<unknown> {
    return [];
  }
});
