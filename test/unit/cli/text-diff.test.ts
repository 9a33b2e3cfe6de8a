import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, hunks, type DiffLine } from '../../../src/cli/definitions/text-diff.js';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd: 1', ''), { maxLength: 30 });

function side(diff: readonly DiffLine[], without: DiffLine['kind']): string[] {
  return diff.filter(({ kind }) => kind !== without).map((line) => line.text);
}

function text(of: readonly string[]): string {
  return of.map((line) => `${line}\n`).join('');
}

test('a diff holds both texts, in order', () => {
  fc.assert(fc.property(lines, lines, (before, after) => {
    const diff = diffLines(text(before), text(after));
    expect(side(diff, 'added')).toEqual(before);
    expect(side(diff, 'removed')).toEqual(after);
  }));
});

test('equal texts have no differences, whatever their line ends', () => {
  fc.assert(fc.property(lines, (of) => {
    expect(diffLines(text(of), text(of).replaceAll('\n', '\r\n')).every(({ kind }) => kind === 'same')).toBe(true);
  }));
});

test('one changed line is one removed and one added line, with two lines around', () => {
  const diff = hunks(diffLines('1\n2\n3\n4\n5\n6\n7\n', '1\n2\n3\nfour\n5\n6\n7\n'));
  expect(diff.map((line) => (line === null ? '…' : `${line.kind} ${line.text}`))).toEqual(['same 2', 'same 3', 'removed 4', 'added four', 'same 5', 'same 6']);
});

test('what lies between two distant changes is left out', () => {
  const before = Array.from({ length: 20 }, (_, index) => String(index));
  const after = before.map((line) => (line === '0' || line === '19' ? `${line}!` : line));
  expect(hunks(diffLines(text(before), text(after)), 1).map((line) => line?.text ?? '…')).toEqual(['0', '0!', '1', '…', '18', '19', '19!']);
});

test('texts too long to compare line by line are still shown whole', () => {
  const before = Array.from({ length: 3000 }, (_, index) => `old ${index}`);
  const after = Array.from({ length: 10 }, (_, index) => `new ${index}`);
  const diff = diffLines(text(before), text(after));
  expect(side(diff, 'added')).toEqual(before);
  expect(side(diff, 'removed')).toEqual(after);
});
