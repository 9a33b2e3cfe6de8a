import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDefinitions, readSecretFile } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { loadFolder } from '../../../src/config/load.js';
import { crmText, mailingText, syncText } from './checked-texts.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'definitions-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

describe('loadDefinitions', () => {
  it('reads *.yaml and *.yml of a folder and the folders in it, and nothing else', async () => {
    await write({
      'systems/crm.yaml': crmText, 'systems/mailing.yml': mailingText, 'syncs/deep/er/sync.YAML': syncText,
      'README.md': 'no definition', '.hidden.yaml': 'x: 1', '.git/x.yaml': 'x: 1', 'node_modules/a/b.yaml': 'x: 1',
    });
    const set = await loadDefinitions(folder, { checkEnvironment: false });
    expect(set.findings).toEqual([]);
    expect([...set.systems.keys()]).toEqual(['crm', 'mailing']);
    expect([...set.syncs.keys()]).toEqual(['contacts-to-mailing']);
    expect(set.sources).toHaveLength(3);
  });

  it('follows links to files, as mounted configuration has them, but not to folders', async () => {
    await write({ '..data/crm.yaml': crmText });
    await symlink('..data/crm.yaml', join(folder, 'crm.yaml'));
    await symlink('.', join(folder, 'loop'));
    const set = await loadDefinitions(folder, { checkEnvironment: false });
    expect(set.findings).toEqual([]);
    expect([...set.systems.keys()]).toEqual(['crm']);
  });

  it('leaves definitions with errors out, keeps those with warnings, and names both files of a double', async () => {
    await write({ 'a.yaml': crmText, 'b.yaml': crmText, 'mailing.yaml': mailingText.replace('https', 'http') });
    const set = await loadDefinitions(folder, { checkEnvironment: false });
    expect(set.findings.map(formatFinding)).toEqual([
      `${join(folder, 'b.yaml')}:1:9  error  the system 'crm' is defined already, at ${join(folder, 'a.yaml')}:1; give one of them another name  (duplicate-name)`,
      expect.stringContaining('(insecure-url)'),
    ]);
    expect([...set.systems.keys()]).toEqual(['crm', 'mailing']);
  });

  it('says which folder, file or link cannot be read, and reads the rest', async () => {
    await write({ 'big.yaml': `# ${'x'.repeat(1_048_576)}`, 'latin.yaml': Uint8Array.of(0x61, 0xe4, 0x0a), 'crm.yaml': crmText });
    await symlink('nowhere.yaml', join(folder, 'dangling.yaml'));
    const set = await loadDefinitions(folder, { checkEnvironment: false });
    expect(set.findings.map(({ type, message }) => [type, message])).toEqual([
      ['file-too-large', 'the file has 1048578 bytes; definitions have at most 1048576'],
      ['unreadable-file', 'the file cannot be read (it does not exist)'],
      ['unreadable-file', 'the file is not UTF-8 text'],
    ]);
    expect([...set.systems.keys()]).toEqual(['crm']);
    const missing = await loadDefinitions(join(folder, 'nowhere'));
    expect(missing.findings.map(({ message }) => message)).toEqual(['the folder cannot be read (it does not exist)']);
  });

  it('stops at its caps', async () => {
    await write({ 'a.yaml': crmText, 'b.yaml': mailingText, 'x/y/z/c.yaml': syncText });
    const { sources, findings } = await loadFolder(folder, { maxFiles: 1, maxFileBytes: 10_000, maxDepth: 2 });
    expect(sources).toHaveLength(1);
    expect(findings.map(({ type }) => type)).toEqual(['too-many-files', 'unreadable-file']);
  });

  it('reads a file with a byte order mark and CRLF', async () => {
    await write({ 'crm.yaml': `\ufeff${crmText.replaceAll('\n', '\r\n')}` });
    const set = await loadDefinitions(folder, { checkEnvironment: false });
    expect(set.findings).toEqual([]);
    expect([...set.systems.keys()]).toEqual(['crm']);
  });
});

describe('readSecretFile', () => {
  it('reads files and nothing else', async () => {
    await write({ key: 'value\n', large: 'x'.repeat(2_000_000) });
    expect(readSecretFile(join(folder, 'key'))).toBe('value\n');
    expect(() => readSecretFile(folder)).toThrow('not a file');
    expect(() => readSecretFile('/dev/zero')).toThrow('not a file');
    expect(() => readSecretFile(join(folder, 'large'))).toThrow('too large');
  });
});
