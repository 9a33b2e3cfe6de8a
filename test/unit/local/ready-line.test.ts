import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReadyLine } from '../../../src/local/child-launch.js';

describe('parseReadyLine', () => {
  test.each(['', 'ready', 'true', '[{"ready":true}]', '{"ready":"true"}', '{"ready":false}', '{"level":"info"}', '{"ready":true', 'null', '{"ready":true} and more'])(
    'passes over %j',
    (line) => {
      expect(parseReadyLine(line)).toBeUndefined();
    },
  );

  test('gives back whatever object says it is ready', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (rest) => {
        const text = JSON.stringify({ ...rest, ready: true });
        expect(parseReadyLine(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `{${text}`)), (line) => void parseReadyLine(line)));
  });
});
