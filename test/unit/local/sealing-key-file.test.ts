import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeSealingKeyFile } from '../../../src/local/sealing-key-file.js';
import { readSealingKeys } from '../../../src/sealing/key-ring.js';

test('a local instance makes a key once, which only its owner can read', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'crosswalk-key-'));
  try {
    const file = makeSealingKeyFile({ root });
    const first = readFileSync(file, 'utf8');
    expect(readSealingKeys(first).map(({ id }) => id)).toEqual(['local-1']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(makeSealingKeyFile({ root }), 'utf8')).toBe(first);
  } finally {
    rmSync(root, { recursive: true });
  }
});
