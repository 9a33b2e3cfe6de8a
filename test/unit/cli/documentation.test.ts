import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withHelpTexts } from '../../../src/cli/documentation.js';
import { exitCodeHelp } from '../../../src/cli/exit-codes.js';
import { createProgram } from '../../../src/cli/program.js';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

describe('docs/cli.md', () => {
  test('holds the help text of every command as it is (node scripts/write-cli-doc.mjs writes it anew)', () => {
    expect(withHelpTexts(page, createProgram(''))).toBe(page);
  });

  test('explains the exit codes as the help does', () => {
    const explained = [...exitCodeHelp.matchAll(/^ {2}(\d+) +(.+)$/gm)].map(([, code, text]) => `| ${code} | ${text} |`);
    expect(explained).toHaveLength(5);
    for (const line of explained) expect(page.replaceAll('`', '')).toContain(line);
  });

  test('links to nothing that is not there', () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
    for (const [, anchor] of page.matchAll(/\]\(#([\w-]+)\)/g)) expect(headings).toContain(anchor);
  });
});

test('a command without a place on the page, and a place without a command, are noticed', () => {
  expect(() => withHelpTexts('', createProgram(''))).toThrow('no place for the help of crosswalk, check');
  expect(() => withHelpTexts('<!-- generated: help nonsense -->\n<!-- end -->', createProgram(''))).toThrow("no command 'nonsense'");
});

test('every command has one sentence, a summary and an example', () => {
  for (const command of createProgram('').commands) {
    expect(command.description(), command.name()).toMatch(/^[A-Z].+\.$/s);
    expect(command.summary(), command.name()).toMatch(/^[a-z][^\n]{5,70}$/);
  }
});
