import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { listReferences, resolveReferences, UnresolvedReferenceError, type ReferenceSources } from '../../../src/config/references.js';
import { Secret } from '../../../src/config/secret.js';

const files: Record<string, string> = {
  '/definitions/secrets/crm': 'file-value\n',
  '/run/secrets/crm': 'absolute-value\r\n',
  '/definitions/empty': '\n',
  '/definitions/two-lines': 'line one\n\n',
  '/definitions/huge': 'x'.repeat(70_000),
};

const sources: ReferenceSources = {
  env: { CRM_URL: 'https://crm.test', TOKEN: 'tok', EMPTY: '', BLANK: '  ', NESTED: '${TOKEN}' },
  readFile: (path) => {
    const text = files[path];
    if (path.endsWith('/locked')) throw Object.assign(new Error('secret part of the file'), { code: 'EACCES' });
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  },
  baseFolder: '/definitions',
};

describe('resolveReferences', () => {
  it.each([
    ['plain text', 'plain text'],
    ['${CRM_URL}/api', 'https://crm.test/api'],
    ['secret://env/TOKEN', 'tok'],
    ['Token secret://env/TOKEN', 'Token tok'],
    ['${TOKEN}-${TOKEN}', 'tok-tok'],
    ['secret://file/secrets/crm', 'file-value'],
    ['secret://file//run/secrets/crm', 'absolute-value'],
    ['secret://file/two-lines', 'line one\n'],
    ['costs $5 {not} a reference', 'costs $5 {not} a reference'],
  ])('resolves %s', (text, value) => expect(resolveReferences(text, sources)).toBe(value));

  it('does not search a value again', () => expect(resolveReferences('${NESTED}', sources)).toBe('${TOKEN}'));

  it.each([
    ['${UNSET}', 'missing', 'UNSET is not set'],
    ['secret://env/UNSET', 'missing', 'UNSET is not set'],
    ['${EMPTY}', 'empty', 'EMPTY is empty'],
    ['secret://env/BLANK', 'empty', 'BLANK is empty'],
    ['${constructor}', 'missing', 'constructor is not set'],
    ['secret://file/nowhere', 'missing', 'there is no file /definitions/nowhere'],
    ['secret://file/empty', 'empty', 'is empty'],
    ['secret://file/locked', 'unreadable', 'cannot be read (EACCES)'],
    ['secret://file/huge', 'too-large', 'longer than 64 KB'],
    ['secret://vault/crm', 'invalid', 'is no reference'],
    ['${not closed', 'invalid', 'is no reference'],
    ['${}', 'invalid', 'is no reference'],
    ['secret://env/', 'invalid', 'is no reference'],
  ])('refuses %s', (text, problem, message) => {
    let thrown: unknown;
    try {
      resolveReferences(text, sources);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UnresolvedReferenceError);
    expect(thrown).toMatchObject({ problem, reference: text, message: expect.stringContaining(message) });
  });

  it('shows no part of a file that could not be read', () => {
    expect(() => resolveReferences('secret://file/locked', sources)).toThrow(/^(?!.*secret part).*$/);
  });

  it('gives back text without references unchanged', () => {
    fc.assert(fc.property(fc.string().filter((text) => !text.includes('${') && !text.includes('secret://')), (text) => {
      expect(resolveReferences(text, sources)).toBe(text);
    }));
  });

  it('puts any value in as it is, whatever characters it holds', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }).filter((value) => value.trim() !== ''), (value) => {
      expect(resolveReferences('a ${V} b', { ...sources, env: { V: value } })).toBe(`a ${value} b`);
    }));
  });
});

describe('listReferences', () => {
  it('lists references with their place', () => {
    expect(listReferences('${A}/x secret://file/b')).toEqual([
      { kind: 'variable', text: '${A}', target: 'A', start: 0, end: 4 },
      { kind: 'file', text: 'secret://file/b', target: 'b', start: 7, end: 22 },
    ]);
  });
});

describe('Secret', () => {
  const secret = new Secret('hunter2');
  it.each([
    ['text', String(secret)],
    ['a part of a text', 'a '.concat(String(secret))],
    ['JSON', JSON.stringify({ secret })],
    ['the console', inspect({ secret }, { depth: 5, showHidden: true })],
    ['its keys', JSON.stringify(Object.entries(secret))],
  ])('is hidden as %s', (_, shown) => expect(shown).not.toContain('hunter2'));
  it('gives its value only when asked', () => expect(secret.reveal()).toBe('hunter2'));
});
