import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { definitionsFolder } from '../../../src/cli/definitions/definitions-folder.js';

const root = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function place(name: string, ...folders: string[]): string {
  const cwd = path.join(root, name);
  for (const folder of ['.', ...folders]) mkdirSync(path.join(cwd, folder), { recursive: true });
  return cwd;
}

const sandbox = path.join('examples', 'sandbox');

test.each([
  ['the one given', ['given', 'definitions'], 'given', { CROSSWALK_DEFINITIONS: 'definitions' }, 'given'],
  ['CROSSWALK_DEFINITIONS', ['env', 'definitions'], undefined, { CROSSWALK_DEFINITIONS: 'env' }, 'env'],
  ['definitions', ['definitions', sandbox], undefined, {}, 'definitions'],
  ['definitions, where CROSSWALK_DEFINITIONS is empty', ['definitions'], undefined, { CROSSWALK_DEFINITIONS: '' }, 'definitions'],
  ['the sandbox', [sandbox], undefined, {}, sandbox],
] as const)('chooses %s', (name, folders, given, env, expected) => {
  expect(definitionsFolder({ given, env, orSandbox: true, cwd: place(name, ...folders) })).toBe(expected);
});

test('the sandbox is never meant where a database is named', () => {
  expect(() => definitionsFolder({ given: undefined, env: {}, orSandbox: false, cwd: place('real', sandbox) })).toThrow('No folder of definitions is named');
});

test('a folder that is not there is bad input, and so is a file', () => {
  const cwd = place('wrong');
  writeFileSync(path.join(cwd, 'file'), '');
  for (const given of ['nowhere', 'file']) expect(() => definitionsFolder({ given, env: {}, orSandbox: true, cwd })).toThrow(expect.objectContaining({ exitCode: 2 }));
});
