import { expect, test } from 'vitest';
import { authorText } from '../../../src/cli/definitions/author-text.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';

function texts(text: string): string[] {
  const { sources } = parseDefinitions('a.yaml', text);
  return sources.map((source) => authorText(source, sources, text));
}

test('a file with one definition is its text, with its comments', () => {
  const text = '# Why it is so.\nsystem: crm # here\nbaseUrl: https://x.example\n';
  expect(texts(text)).toEqual([text]);
});

test.each([
  ['plain', 'system: a\n---\nsystem: b\n', ['system: a\n', 'system: b\n']],
  ['with a first marker and comments', '---\n# A\nsystem: a\n--- # next\n# B\nsystem: b\nbaseUrl: x\n', ['---\n# A\nsystem: a\n', '# B\nsystem: b\nbaseUrl: x\n']],
  ['with Windows line ends', 'system: a\r\n---\r\nsystem: b\r\n', ['system: a\n', 'system: b\n']],
])('a file with several definitions is divided between them: %s', (_, text, expected) => {
  expect(texts(text)).toEqual(expected);
});
