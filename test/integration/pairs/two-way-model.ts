import { expect } from 'vitest';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { FakeSystem } from '../../support/fake-system.js';

interface ModelPair {
  sourceId: string | null;
  targetId: string | null;
  email: Json;
  base: Record<string, Json>;
  /** Neither side is to have a live record. */
  ended: boolean;
  source: Record<string, Json>;
  target: Record<string, Json>;
}

const same = (left: Json | undefined, right: Json | undefined): boolean => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
const empty = (value: Json | undefined): boolean => value === undefined || value === null || value === '';
const names: Readonly<Record<string, string>> = { email: 'email', name: 'name', phone: 'phone', tags: 'tags', about: 'notes' };

/**
 * TwoWayModel is what two people with paper and pencil would expect of a two-way sync: it looks at both systems before a
 * run, works out every record by the rules, and compares afterwards.
 */
export class TwoWayModel {
  private readonly pairs: ModelPair[] = [];

  /** sees takes in what people have done since the last run, and works out what the run has to come to. */
  sees(source: FakeSystem, target: FakeSystem): void {
    for (const [id, record] of source.records) {
      if (record.inactive || this.pairs.some((pair) => pair.sourceId === id)) continue;
      this.pairs.push({ sourceId: id, targetId: null, email: record.data['email'] ?? null, base: {}, ended: false, source: {}, target: {} });
    }
    for (const [id, record] of target.records) {
      if (record.inactive || this.pairs.some((pair) => pair.targetId === id)) continue;
      const email = record.data['email'] ?? null;
      const twin = this.pairs.find((pair) => pair.targetId === null && pair.sourceId !== null && same(source.records.get(pair.sourceId)?.data['email'], email));
      if (twin === undefined) this.pairs.push({ sourceId: null, targetId: id, email, base: {}, ended: false, source: {}, target: {} });
      else twin.targetId = id;
    }
    for (const pair of this.pairs) this.workOut(pair, live(source, pair.sourceId), live(target, pair.targetId));
  }

  private workOut(pair: ModelPair, source: JsonObject | undefined, target: JsonObject | undefined): void {
    const wasPaired = pair.sourceId !== null && pair.targetId !== null;
    if (pair.ended || (wasPaired && (source === undefined || target === undefined))) {
      pair.ended = true;
      return;
    }
    if (!wasPaired && source === undefined && target === undefined) {
      pair.ended = true;
      return;
    }
    const [ours, theirs] = [read(source, true), read(target, false)];
    pair.source = {};
    pair.target = {};
    for (const field of Object.keys(names)) {
      const [s, t, base] = [ours[field] ?? null, theirs[field] ?? null, pair.base[field]];
      const [newS, newT] = wasPaired ? merged(field, base, s, t) : source !== undefined ? [s, s] : [field === 'about' ? null : t, t];
      pair.source[field] = newS;
      pair.target[field] = newT;
      if (same(newS, newT)) pair.base[field] = newS;
    }
  }

  /** expectMet compares both systems with what was worked out. */
  expectMet(source: FakeSystem, target: FakeSystem): void {
    this.learnIds(source, 'sourceId', 'source');
    this.learnIds(target, 'targetId', 'target');
    for (const [system, key, side] of [[source, 'sourceId', 'source'], [target, 'targetId', 'target']] as const) {
      const wanted = this.pairs.filter(({ ended }) => !ended).map((pair) => [pair[key], strip(pair[side])]);
      const found = [...system.records.values()].filter(({ inactive }) => !inactive).map(({ id, data }) => [id, strip(read(data, side === 'source'))]);
      expect(found.toSorted(byId), `what the ${side} has`).toEqual(wanted.toSorted(byId));
    }
  }

  /** conflicts are the source ids of the pairs whose phone numbers differ. */
  conflicts(): readonly string[] {
    return this.pairs.filter(({ ended, source, target }) => !ended && !same(source['phone'], target['phone'])).map(({ sourceId }) => sourceId ?? '');
  }

  // Records that the sync has made are known by their e-mail address, which nobody else has.
  private learnIds(system: FakeSystem, key: 'sourceId' | 'targetId', side: 'source' | 'target'): void {
    for (const pair of this.pairs) {
      if (pair[key] !== null || pair.ended) continue;
      const made = [...system.records.values()].filter(({ data, inactive }) => !inactive && same(data['email'], pair[side]['email']));
      expect(made.map(({ id }) => id), `records made at the ${side} for ${JSON.stringify(pair.email)}`).toHaveLength(1);
      pair[key] = made[0]?.id ?? null;
    }
  }
}

function live(system: FakeSystem, id: string | null): JsonObject | undefined {
  const record = id === null ? undefined : system.records.get(id);
  return record === undefined || record.inactive ? undefined : record.data;
}

function read(data: JsonObject | undefined, atSource: boolean): Record<string, Json> {
  return Object.fromEntries(Object.entries(names).map(([target, source]) => [target, data?.[atSource ? source : target] ?? null]));
}

function merged(field: string, base: Json | undefined, s: Json, t: Json): readonly [Json, Json] {
  if (same(s, t)) return [s, t];
  if (field === 'about') return (base === undefined ? empty(s) : same(base, s)) ? [s, t] : [s, s];
  if (base !== undefined && same(base, s)) return [t, t];
  if (base !== undefined && same(base, t)) return [s, s];
  if (base === undefined && empty(s)) return [t, t];
  if (base === undefined && empty(t)) return [s, s];
  if (field === 'email') return [s, s];
  if (field === 'name') return [t, t];
  if (field === 'phone') return [s, t];
  const [ours, theirs] = [asList(s), asList(t)];
  const kept = [...new Set([...ours, ...theirs])].filter((item) => base === undefined || !asList(base).includes(item) || (ours.includes(item) && theirs.includes(item)));
  return [kept, kept];
}

function asList(value: Json): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function strip(values: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !empty(value) && !(Array.isArray(value) && value.length === 0)));
}

function byId([left]: readonly unknown[], [right]: readonly unknown[]): number {
  return String(left) < String(right) ? -1 : 1;
}
