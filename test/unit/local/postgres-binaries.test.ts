import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLibraryLinks } from '../../../src/local/postgres-binaries.js';

let base: string;
let native: string;

beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-links-'));
  native = path.join(base, 'package', 'native');
  mkdirSync(path.join(native, 'lib'), { recursive: true });
  writeFileSync(path.join(native, 'lib', 'libpq.so.5.18'), '');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

const list = (links: unknown): void => writeFileSync(path.join(native, 'pg-symlinks.json'), JSON.stringify(links));

describe('createLibraryLinks', () => {
  test('creates relative links, and again does no harm', () => {
    list([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]);
    createLibraryLinks(native);
    createLibraryLinks(native);
    expect(readlinkSync(path.join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });

  test('keeps a file that lies where a link would', () => {
    list([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]);
    writeFileSync(path.join(native, 'lib', 'libpq.so.5'), '');
    createLibraryLinks(native);
    expect(lstatSync(path.join(native, 'lib', 'libpq.so.5')).isFile()).toBe(true);
  });

  test('needs no list', () => {
    createLibraryLinks(native);
    expect(readdirSync(path.join(native, 'lib'))).toEqual(['libpq.so.5.18']);
  });

  test.each([
    { source: 'native/lib/libpq.so.5.18', target: '../escaped' },
    { source: '../../etc/passwd', target: 'native/lib/libpq.so.5' },
    { source: '/etc/passwd', target: 'native/lib/libpq.so.5' },
  ])('refuses the link $source to $target, which leaves the package', (link) => {
    list([link]);
    expect(() => createLibraryLinks(native)).toThrow(/outside the package/);
    expect(readdirSync(base)).toEqual(['package']);
  });
});
