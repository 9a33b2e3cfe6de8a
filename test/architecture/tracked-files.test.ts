import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './sources.js';

const LARGEST_BYTES = 512 * 1024;
const STRAY = /(\.(bak|cpuprofile|db|dmp|dump|heapsnapshot|key|log|orig|p12|pem|pid|rej|sqlite3?|sw[op]|tgz|tmp|tsbuildinfo|zip)|(^|\/)(\.DS_Store|\.env|core))$/;

/** What a text must not have in it, whatever the file; the patterns do not match themselves. */
const forbidden = [
  { what: 'a path of one machine', pattern: /(?:^|[\s'"`(=:,])(?:file:\/\/)?\/(?:home|root|tmp|work|Users)\/\w/m },
  { what: 'where a package came from', pattern: /"resolved":\s*"https?:/ },
  { what: 'a private key', pattern: /-{5}BEGIN (?:[A-Z]+ )*PRIVATE KEY-{5}/ },
  { what: 'an access key of AWS', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a token of GitHub, GitLab or npm', pattern: /\b(?:gh[oprsu]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36})/ },
  { what: 'a key of Slack, Stripe or Google', pattern: /\b(?:xox[abprs]-[\w-]{10,}|[rs]k_live_\w{10,}|AIza[\w-]{35})/ },
  { what: 'a signed token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
];

// Files that git would take in count too, so that a stray one is found before it is committed.
function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: repositoryRoot, encoding: 'utf8' });
  return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(repositoryRoot, file)));
}

function foundIn(text: string): string[] {
  return forbidden.filter(({ pattern }) => pattern.test(text)).map(({ what }) => what);
}

const isCheckout = existsSync(path.join(repositoryRoot, '.git'));
if (!isCheckout) console.log('skipped: .git not found, so it is not known which files belong to the project');

describe.skipIf(!isCheckout)('the files of the project', () => {
  const files = isCheckout ? repositoryFiles() : [];

  it('are no logs, dumps, archives, keys or leftovers of tools', () => {
    expect(files.filter((file) => STRAY.test(file))).toEqual([]);
  });

  it('are small enough to be read', () => {
    expect(files.filter((file) => statSync(path.join(repositoryRoot, file)).size > LARGEST_BYTES)).toEqual([]);
  });

  it('name no machine and hold no secret', () => {
    const faults = files.flatMap((file) => foundIn(readFileSync(path.join(repositoryRoot, file), 'utf8')).map((what) => `${file} has ${what} in it`));
    expect(faults).toEqual([]);
  });
});

describe('the search for what must not be in a file', () => {
  it.each([
    ['a path of one machine', ['cd ', 'home/someone/crosswalk'].join('/')],
    ['a path of one machine', ['at file://', 'work/a.ts'].join('/')],
    ['where a package came from', ['"resolved": "https', '//packages.example/x.tgz"'].join(':')],
    ['a private key', ['-----BEGIN RSA', 'PRIVATE', 'KEY-----'].join(' ')],
    ['an access key of AWS', `AKIA${'A'.repeat(16)}`],
    ['a token of GitHub, GitLab or npm', `ghp_${'a'.repeat(36)}`],
    ['a key of Slack, Stripe or Google', `sk_live_${'1'.repeat(24)}`],
    ['a signed token', `eyJ${'a'.repeat(20)}.eyJ${'a'.repeat(20)}.${'a'.repeat(20)}`],
  ])('finds %s', (what, text) => {
    expect(foundIn(text)).toEqual([what]);
  });

  it.each(['https://example.com/home/page', 'src/work/flow', "app.get('/worker/:id')", 'a temporary folder'])('lets %s pass', (text) => {
    expect(foundIn(text)).toEqual([]);
  });
});
