import { describe, expect, it } from 'vitest';
import { missingLine } from '../../support/walkthrough/expected-output.js';
import { readPage } from '../../support/walkthrough/page.js';

const fenced = (language: string, ...lines: string[]): string => ['```' + language, ...lines, '```', ''].join('\n');

describe('a page that is followed', () => {
  it('has its blocks in order, each with its terminal or file, and what it shows', () => {
    const page = readPage(['Two words', fenced('sh', '# terminal 1, in the checkout', 'one', 'two'), fenced('text', 'done'), fenced('yaml', '# a/b.yaml', 'x: 1'), fenced('diff', '--- a/b.yaml', ' w: 0', '-x: 1', '+x: 2')].join('\n'));
    expect(page).toEqual({
      words: 3, lines: 5,
      steps: [
        { kind: 'shell', at: 'line 2', terminal: 'terminal 1', script: 'one\ntwo', shows: ['done'] },
        { kind: 'file', at: 'line 12', file: 'a/b.yaml', text: '# a/b.yaml\nx: 1\n' },
        { kind: 'edit', at: 'line 17', file: 'a/b.yaml', before: ['w: 0', 'x: 1'], after: ['w: 0', 'x: 2'] },
      ],
    });
  });

  it.each([['sh', 'npm start'], ['yaml', 'x: 1'], ['json', '{}'], ['text', 'an output of nothing']])('takes no %s block that nobody could place', (language, line) => {
    expect(() => readPage(fenced(language, line))).toThrow('line 1');
  });
});

describe('what a page shows of an output', () => {
  const output = 'started 127.0.0.1:4711\n  read  created\n    10        9\nwrote k3kiguk4sc2fvi7 as m-12 at 2026-11-28 06:33:30 in 339 ms\nend\n';
  it.each([
    [['read created', '10 9']],
    [['started 127.0.0.1:8095', '…', 'wrote qp641smo17ouk8w as m-9 at 2026-11-28 07:00:00 in 1.2 s']],
    [['wrote …', 'end']],
  ])('is found, but for ids, times, durations and ports: %j', (shown) => {
    expect(missingLine(shown, output)).toBe(undefined);
  });
  it.each([
    [['read created', '10 8'], '10 8'],
    [['read created', 'end'], 'end'],
    [['end', '…', 'read created'], 'read created'],
    [['wrote qp641smo17ouk8w as m-9 at 2026-11-28 07:00:00'], 'wrote <record> as <member> at <time>'],
    [['started', '…'], 'started'],
  ])('is missed where it differs: %j', (shown, missing) => {
    expect(missingLine(shown, output)).toBe(missing);
  });
});
