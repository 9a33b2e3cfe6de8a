import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { InactiveRule, RemovalRule } from '../../../src/contracts/sync-definition.js';
import type { WriteDecision, WriteSituation } from '../../../src/domain/plan-write.js';
import { compilePlanWrite } from '../../../src/domain/plan-write.js';

const BASE: JsonObject = { name: 'Ada', address: { city: 'London' } };
const SAME: JsonObject = { name: 'Ada', address: { city: 'London' } };
const CHANGED: JsonObject = { name: 'Ada', address: { city: 'Paris' } };

type Link = 'none' | 'live' | 'archived' | 'no base';
const LINKS: Readonly<Record<Link, WriteSituation['link']>> = {
  none: undefined, live: { archived: false, base: BASE }, archived: { archived: true, base: BASE }, 'no base': { archived: false },
};

function plan(
  flags: Partial<WriteSituation['record']>, link: Link, rules: { onDelete?: RemovalRule; onInactive?: InactiveRule } = {}, values: JsonObject = CHANGED,
): WriteDecision {
  const decide = compilePlanWrite({ fields: ['name', '/address/city'], onDelete: 'ignore', onInactive: 'sync', ...rules });
  const known = LINKS[link];
  return decide({ values, record: { deleted: false, inactive: false, inScope: true, ...flags }, ...(known === undefined ? {} : { link: known }) });
}

describe('a deleted record', () => {
  test.each<[RemovalRule, Link, WriteDecision['kind'], string]>([
    ['ignore', 'none', 'skip', 'deleted-not-linked'], ['archive', 'none', 'skip', 'deleted-not-linked'], ['delete', 'none', 'skip', 'deleted-not-linked'], ['unlink', 'none', 'skip', 'deleted-not-linked'],
    ['ignore', 'live', 'skip', 'delete-ignored'], ['archive', 'live', 'archive', 'deleted'], ['delete', 'live', 'delete', 'deleted'], ['unlink', 'live', 'unlink', 'deleted'],
    ['ignore', 'archived', 'skip', 'delete-ignored'], ['archive', 'archived', 'skip', 'already-archived'], ['delete', 'archived', 'delete', 'deleted'], ['unlink', 'archived', 'unlink', 'deleted'],
    ['ignore', 'no base', 'skip', 'delete-ignored'], ['archive', 'no base', 'archive', 'deleted'], ['delete', 'no base', 'delete', 'deleted'], ['unlink', 'no base', 'unlink', 'deleted'],
  ])('onDelete: %s, link %s: %s (%s)', (onDelete, link, kind, reason) => {
    // Scope and activity of a record that is gone mean nothing.
    for (const inScope of [true, false]) {
      for (const inactive of [true, false]) {
        expect(plan({ deleted: true, inScope, inactive }, link, { onDelete, onInactive: 'archive' })).toEqual({ kind, reason });
      }
    }
  });
});

describe('a record out of scope', () => {
  test.each<[Link]>([['none'], ['live'], ['archived'], ['no base']])('is left as it is, link %s', (link) => {
    for (const onInactive of ['sync', 'ignore', 'archive'] as const) {
      for (const inactive of [true, false]) {
        expect(plan({ inScope: false, inactive }, link, { onInactive, onDelete: 'delete' })).toEqual({ kind: 'skip', reason: 'out-of-scope' });
      }
    }
  });
});

describe('an inactive record', () => {
  test.each<[InactiveRule, Link, WriteDecision['kind'], string]>([
    ['ignore', 'none', 'skip', 'inactive-ignored'], ['ignore', 'live', 'skip', 'inactive-ignored'], ['ignore', 'archived', 'skip', 'inactive-ignored'], ['ignore', 'no base', 'skip', 'inactive-ignored'],
    ['archive', 'none', 'skip', 'inactive-not-linked'], ['archive', 'live', 'archive', 'inactive'], ['archive', 'archived', 'skip', 'already-archived'], ['archive', 'no base', 'archive', 'inactive'],
    ['sync', 'none', 'create', 'new'], ['sync', 'live', 'update', 'changed'], ['sync', 'archived', 'update', 'changed'], ['sync', 'no base', 'update', 'base-unknown'],
  ])('onInactive: %s, link %s: %s (%s)', (onInactive, link, kind, reason) => {
    expect(plan({ inactive: true }, link, { onInactive, onDelete: 'delete' })).toMatchObject({ kind, reason });
  });
});

describe('an active record', () => {
  test.each<[Link, WriteDecision]>([
    ['none', { kind: 'create', reason: 'new', changes: [{ field: 'name', before: null, after: 'Ada' }, { field: '/address/city', before: null, after: 'Paris' }] }],
    ['live', { kind: 'update', reason: 'changed', changes: [{ field: '/address/city', before: 'London', after: 'Paris' }] }],
    ['archived', { kind: 'update', reason: 'active-again', changes: [{ field: 'name', before: 'Ada', after: 'Ada' }, { field: '/address/city', before: 'London', after: 'Paris' }] }],
    ['no base', { kind: 'update', reason: 'base-unknown', changes: [{ field: 'name', before: null, after: 'Ada' }, { field: '/address/city', before: null, after: 'Paris' }] }],
  ])('link %s', (link, decision) => {
    for (const onInactive of ['sync', 'ignore', 'archive'] as const) expect(plan({}, link, { onInactive, onDelete: 'delete' })).toEqual(decision);
  });

  test('is skipped where nothing changed', () => {
    expect(plan({}, 'live', {}, SAME)).toEqual({ kind: 'skip', reason: 'unchanged' });
    expect(plan({ inactive: true }, 'archived', { onInactive: 'sync' }, SAME)).toEqual({ kind: 'skip', reason: 'unchanged' });
  });

  test('is sent again after an archive, even where nothing else changed', () => {
    expect(plan({}, 'archived', {}, SAME)).toMatchObject({ kind: 'update', reason: 'active-again', changes: [{ field: 'name' }, { field: '/address/city' }] });
  });

  test('a cleared field is sent in an update and left out of a create', () => {
    const cleared: JsonObject = { name: 'Ada', address: { city: null } };
    expect(plan({}, 'live', {}, cleared)).toEqual({ kind: 'update', reason: 'changed', changes: [{ field: '/address/city', before: 'London', after: null }] });
    expect(plan({}, 'none', {}, cleared)).toEqual({ kind: 'create', reason: 'new', changes: [{ field: 'name', before: null, after: 'Ada' }] });
  });

  test('equal fingerprints say unchanged without a look at the values', () => {
    const decide = compilePlanWrite({ fields: ['name'], onDelete: 'ignore', onInactive: 'sync' });
    const record = { deleted: false, inactive: false, inScope: true };
    const link = { archived: false, base: { name: 'x' }, fingerprint: 'f1' };
    expect(decide({ values: { name: 'y' }, record, fingerprint: 'f1', link })).toEqual({ kind: 'skip', reason: 'unchanged' });
    expect(decide({ values: { name: 'y' }, record, fingerprint: 'f2', link })).toMatchObject({ kind: 'update' });
    expect(decide({ values: { name: 'x' }, record, fingerprint: 'f2', link })).toEqual({ kind: 'skip', reason: 'unchanged' });
    expect(decide({ values: { name: 'y' }, record, link: { archived: false, base: { name: 'x' } } })).toMatchObject({ kind: 'update' });
  });

  test('values are the same in any composition and order, and missing is null', () => {
    const decide = compilePlanWrite({ fields: ['a', 'b', 'c'], onDelete: 'ignore', onInactive: 'sync' });
    const base = { a: 'e\u0301', b: { x: 1, y: [1, 'é'] } };
    const values = { a: 'é', b: { y: [1, 'e\u0301'], x: 1 }, c: null };
    expect(decide({ values, record: { deleted: false, inactive: false, inScope: true }, link: { archived: false, base } })).toEqual({ kind: 'skip', reason: 'unchanged' });
  });
});
