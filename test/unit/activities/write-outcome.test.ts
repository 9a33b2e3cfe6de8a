import { describe, expect, test } from 'vitest';
import { writeVerdict } from '../../../activities/sync/write-outcome.js';
import type { WriteKind } from '../../../src/contracts/connector.js';
import type { OutcomeKind } from '../../../src/contracts/system-definition.js';

type Cell = string;

/** Every outcome by every kind of write: the verdict, and the code where it parks. */
const table: Readonly<Record<OutcomeKind, Readonly<Record<WriteKind, Cell>>>> = {
  ok: { create: 'acknowledge', update: 'acknowledge', archive: 'acknowledge', delete: 'acknowledge' },
  'not-found': { create: 'park refused', update: 'park gone-at-target', archive: 'acknowledge', delete: 'acknowledge' },
  exists: { create: 'adopt', update: 'park exists-at-target', archive: 'park exists-at-target', delete: 'park exists-at-target' },
  'version-conflict': { create: 'park version-conflict', update: 'read-again', archive: 'read-again', delete: 'read-again' },
  park: { create: 'park refused', update: 'park refused', archive: 'park refused', delete: 'park refused' },
  retry: { create: 'postpone', update: 'postpone', archive: 'postpone', delete: 'postpone' },
  'rate-limited': { create: 'postpone', update: 'postpone', archive: 'postpone', delete: 'postpone' },
  'reconnect-needed': { create: 'postpone', update: 'postpone', archive: 'postpone', delete: 'postpone' },
  unknown: { create: 'probe', update: 'probe', archive: 'probe', delete: 'probe' },
  'refresh-token': { create: 'give-up', update: 'give-up', archive: 'give-up', delete: 'give-up' },
  fail: { create: 'give-up', update: 'give-up', archive: 'give-up', delete: 'give-up' },
};

const cells = Object.entries(table).flatMap(([outcome, row]) => Object.entries(row).map(([kind, cell]) => [outcome, kind, cell] as [OutcomeKind, WriteKind, Cell]));

describe('the verdict on a write', () => {
  test.each(cells)('that was answered with %s to a %s is to %s', (outcome, kind, cell) => {
    const verdict = writeVerdict(kind, { outcome, id: 't1' }, 0);
    expect(verdict.kind === 'park' ? `park ${verdict.code}` : verdict.kind).toBe(cell);
  });

  test('of a create that is answered with success but without an id is to probe: it could never be found again', () => {
    expect(writeVerdict('create', { outcome: 'ok', id: null }, 0)).toEqual({ kind: 'probe' });
    expect(writeVerdict('update', { outcome: 'ok', id: null }, 0)).toEqual({ kind: 'acknowledge' });
  });

  test.each(['update', 'archive', 'delete'] as const)('of a %s that keeps meeting newer versions goes to a person after three more tries', (kind) => {
    const verdicts = [0, 1, 2, 3, 4].map((conflicts) => writeVerdict(kind, { outcome: 'version-conflict', id: 't1' }, conflicts).kind);
    expect(verdicts).toEqual(['read-again', 'read-again', 'read-again', 'park', 'park']);
  });
});
