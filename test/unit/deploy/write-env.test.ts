import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvFile, readRepositoryFile, repositoryPath, variablesIn } from './compose-file.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crosswalk-env-'));
  file = join(folder, '.env');
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function writeEnv(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [repositoryPath('scripts/write-env.mjs'), ...args], { encoding: 'utf8' });
}

describe('write-env.mjs', () => {
  it('writes exactly the variables that docker-compose.yml has no default for', () => {
    expect(writeEnv(file)).toMatchObject({ status: 0, stderr: '' });
    const required = variablesIn(readRepositoryFile('docker-compose.yml')).filter(({ operator }) => operator === ':?').map(({ name }) => name);
    expect(Object.keys(readEnvFile(file)).toSorted()).toEqual([...new Set(required)].toSorted());
  });

  it('writes values that need no quoting in an address, in a shell or in SQL', () => {
    writeEnv(file);
    for (const value of Object.values(readEnvFile(file))) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('writes other values each time, and to each variable', () => {
    const other = join(folder, 'other.env');
    writeEnv(file);
    writeEnv(other);
    const values = [...Object.values(readEnvFile(file)), ...Object.values(readEnvFile(other))];
    expect(new Set(values).size).toBe(values.length);
  });

  it('makes the file readable by its owner only, whatever the umask', () => {
    for (const [mask, name] of [['000', 'open'], ['777', 'closed']] as const) {
      const path = join(folder, name);
      const { status } = spawnSync('sh', ['-c', `umask ${mask}; exec "$0" "$@"`, process.execPath, repositoryPath('scripts/write-env.mjs'), path]);
      expect(status).toBe(0);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  it('says what it did without showing a value', () => {
    const { stdout } = writeEnv(file);
    expect(stdout).toContain(file);
    for (const [name, value] of Object.entries(readEnvFile(file))) {
      expect(stdout).toContain(name);
      expect(stdout).not.toContain(value);
    }
  });

  it('leaves an existing file alone and says why', () => {
    writeFileSync(file, 'POSTGRES_PASSWORD=kept\n');
    const { status, stderr } = writeEnv(file);
    expect(status).toBe(1);
    expect(stderr).toContain('exists already; nothing was changed');
    expect(readFileSync(file, 'utf8')).toBe('POSTGRES_PASSWORD=kept\n');
  });

  it('does not write through a dangling link', () => {
    const target = join(folder, 'elsewhere');
    symlinkSync(target, file);
    expect(writeEnv(file).status).toBe(1);
    expect(existsSync(target)).toBe(false);
  });

  it('says what to do where the folder is missing', () => {
    const { status, stderr } = writeEnv(join(folder, 'missing', '.env'));
    expect(status).toBe(1);
    expect(stderr).toContain('Check that its folder exists');
  });

  it.each([['--help'], ['-h']])('explains itself with %s and writes nothing', (flag) => {
    const { status, stdout } = writeEnv(flag, file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: /);
    expect(existsSync(file)).toBe(false);
  });

  it.each([[['--force', 'a']], [['a', 'b']]])('refuses %j', (args) => {
    const { status, stderr } = writeEnv(...args.map((arg) => (arg.startsWith('-') ? arg : join(folder, arg))));
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: ');
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });
});

describe('version control', () => {
  it.each(['.env', 'deploy/systems.env'])('ignores %s', (path) => {
    expect(spawnSync('git', ['check-ignore', '--quiet', path], { cwd: repositoryPath('.') }).status).toBe(0);
  });
});
