import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryPath } from './compose-file.js';

const lines = readRepositoryFile('Dockerfile').replaceAll('\\\n', ' ').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const instructions = lines.map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
const last = (name: string): string | undefined => instructions.findLast((instruction) => instruction.name === name)?.rest;
const included = readRepositoryFile('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));

describe('Dockerfile', () => {
  it('begins from a pinned Node.js on Debian in every stage', () => {
    expect(last('ARG')).toMatch(/^NODE_IMAGE=node:22\.\d+\.\d+-bookworm-slim$/);
    const bases = instructions.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0]);
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']));
  });

  it('runs the command line, not as root', () => {
    expect(last('ENTRYPOINT')).toBe('["node", "/app/bin/crosswalk.js"]');
    expect(last('USER')).toBe('node');
    expect(instructions.findLastIndex(({ name }) => name === 'COPY')).toBeLessThan(instructions.findIndex(({ name }) => name === 'USER'));
  });

  it('installs what the lock file says, runs no install script, and leaves the development tools out', () => {
    const commands = instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest).join('\n');
    expect(commands).toContain('npm ci --ignore-scripts');
    expect(commands).toContain('npm prune --omit=dev --ignore-scripts');
    expect(commands).not.toContain('npm install');
    expect(commands).not.toContain('curl');
  });

  it('copies only what exists and what .dockerignore lets in', () => {
    const copied = instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from')).flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(copied.length).toBeGreaterThan(0);
    for (const path of copied) {
      expect(existsSync(repositoryPath(path)), path).toBe(true);
      expect(included, path).toContain(path);
    }
  });
});

describe('.dockerignore', () => {
  it('shuts everything out first', () => {
    expect(readRepositoryFile('.dockerignore').split('\n').find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
  });

  it('lets in no environment file and no folder that may hold one', () => {
    for (const path of included) expect(path).not.toMatch(/env$|^deploy\/?$|^scripts\/?$|^\.$/);
  });
});
