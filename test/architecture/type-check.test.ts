import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from './sources.js';

const manifest = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
const compiler = path.join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
let folder: string;

interface Configuration {
  readonly extends?: string;
  readonly include: readonly string[];
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

function configuration(file: string): Configuration {
  return JSON.parse(readFileSync(path.join(repositoryRoot, file), 'utf8')) as Configuration;
}

// Inside the repository, so that the types of Node are within reach wherever a configuration lets them in.
beforeAll(() => {
  const cache = path.join(repositoryRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'crosswalk-types-'));
});

afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** Compiles one line of TypeScript by a configuration of the repository and gives what the compiler has against it. */
function complaints(extended: string, line: string): string {
  writeFileSync(path.join(folder, 'probe.ts'), `${line}\n`);
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({
    extends: path.join(repositoryRoot, extended),
    compilerOptions: { noEmit: true, rootDir: repositoryRoot },
    include: [],
    files: ['probe.ts'],
  }));
  return spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' }).stdout.trim();
}

describe('the type check', () => {
  const { include: ofTests, extends: base, compilerOptions: { noEmit: _, rootDir: _root, ...others } } = configuration('tsconfig.test.json');

  it.each(readdirSync(repositoryRoot).filter((file) => /^tsconfig.+\.json$/.test(file)))('covers %s, and so does npm test', (file) => {
    expect(manifest.scripts['typecheck']).toContain(`-p ${file}`);
    expect(manifest.scripts['test']).toContain('npm run --silent typecheck');
  });

  it('covers tsconfig.json by that of the tests, which takes in the same files with the same rules', () => {
    expect([base, others]).toEqual(['./tsconfig.json', {}]);
    expect(ofTests).toEqual(expect.arrayContaining([...configuration('tsconfig.json').include]));
  });

  it.each([
    "import { createHash } from 'node:crypto'; export const use = createHash;",
    'export const use = process.env;',
    "export const use = Buffer.from('');",
    "export const use = fetch('http://localhost');",
  ])('of workflows refuses what a workflow does not have: %s', (line) => {
    expect(complaints('tsconfig.json', line)).toBe('');
    expect(complaints('tsconfig.workflows.json', line)).toMatch(/probe\.ts\(1,\d+\): error TS/);
  });

  it('of workflows lets a pure line pass', () => {
    expect(complaints('tsconfig.workflows.json', 'export const use = new Map([[1, 2]]).get(1);')).toBe('');
  });
});
