import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ProgressDisplay } from '../../../src/cli/terminal/progress-display.js';
import { styleFor } from '../../../src/cli/terminal/style.js';
import { Terminal } from '../../../src/cli/terminal/terminal.js';

/** A stream that remembers what was written to it. */
function recorder(isTTY = false, columns = 80): NodeJS.WriteStream & { readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => { chunks.push(chunk.toString()); done(); } });
  return Object.assign(stream, { isTTY, columns, text: () => chunks.join('') }) as unknown as NodeJS.WriteStream & { readonly text: () => string };
}

const report = { data: { answer: 42 }, text: () => 'the answer is 42' };
const failure = { message: 'It broke.', where: 'here', todo: 'Mend it.', stack: 'Error: It broke.\n    at there', exitCode: 1 as const };

describe('Terminal', () => {
  test('writes the report for people, or one JSON document and nothing else', async () => {
    for (const [json, expected] of [[false, 'the answer is 42\n'], [true, '{\n  "answer": 42\n}\n']] as const) {
      const streams = { out: recorder(), err: recorder() };
      const terminal = new Terminal({ json, debug: false }, streams);
      terminal.note('working');
      await terminal.report(report);
      expect(streams.out.text()).toBe(expected);
      expect(streams.err.text()).toBe('working\n');
    }
  });

  test('says what broke, where and what to do on standard error; the stack only with --debug', async () => {
    for (const debug of [false, true]) {
      const streams = { out: recorder(), err: recorder() };
      await new Terminal({ json: false, debug }, streams).failure(failure);
      expect(streams.out.text()).toBe('');
      expect(streams.err.text()).toBe(`error: It broke.\n  where: here\n  what to do: Mend it.\n${debug ? 'Error: It broke.\n    at there\n' : ''}`);
    }
  });

  test('a failure is one JSON document too', async () => {
    const streams = { out: recorder(), err: recorder() };
    await new Terminal({ json: true, debug: false }, streams).failure(failure);
    expect(JSON.parse(streams.out.text())).toEqual({ error: { message: 'It broke.', where: 'here', todo: 'Mend it.', exitCode: 1 } });
  });
});

test.each([
  ['a terminal', true, {}, true],
  ['no terminal', false, {}, false],
  ['no terminal, although CI is set', false, { CI: 'true', FORCE_COLOR: '1' }, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which says nothing', true, { NO_COLOR: '' }, true],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
])('colours with %s', (_, isTTY, env, colored) => {
  expect(styleFor(recorder(isTTY), env).colors.red('x') !== 'x').toBe(colored);
});

describe('ProgressDisplay', () => {
  test('draws one line again and again on a terminal, and takes it away', () => {
    const stream = recorder(true);
    const display = new ProgressDisplay(stream);
    display.show(() => 'one', () => 'plain');
    display.show(() => 'two', () => 'plain');
    display.clear();
    expect(stream.text()).toBe('\r\u001b[2Kone\r\u001b[2Ktwo\r\u001b[2K');
  });

  test('writes a line now and then where there is no terminal', () => {
    const stream = recorder(false);
    const display = new ProgressDisplay(stream);
    for (const text of ['one', 'two', 'three']) display.show(() => '', () => text);
    display.clear();
    expect(stream.text()).toBe('one\n');
  });
});
