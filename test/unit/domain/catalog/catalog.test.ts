import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../../src/config/definition-set.js';
import { listedSystemJsonSchemaText } from '../../../../src/config/json-schema.js';
import type { CatalogFlow, CatalogSystem } from '../../../../src/contracts/catalog.js';
import { apartFields } from '../../../../src/domain/catalog/apart-fields.js';
import { drawUpCatalog } from '../../../../src/domain/catalog/catalog.js';
import { rankNext } from '../../../../src/domain/catalog/rank-next.js';
import { catalogMermaid } from '../../../../src/reports/catalog-mermaid.js';
import { catalogSvg } from '../../../../src/reports/catalog-svg.js';

const project = resolve(import.meta.dirname, '../../../..');

const system = (name: string, fields: readonly string[], changes: Partial<CatalogSystem> = {}): CatalogSystem => ({
  system: name, title: name, owner: null, listed: false, departments: [], native: false, hoursSaved: null, note: null,
  holds: fields.length === 0 ? [] : [{ data: 'contact', object: null, fields }], ...changes,
});
const sync = (from: string, to: string, changes: Partial<CatalogFlow> = {}): CatalogFlow =>
  ({ kind: 'sync', name: `${from}-${to}`, title: `${from} to ${to}`, from, to, fromObject: 'contact', toObjects: ['contact'], twoWay: false, ...changes });

describe('apartFields', () => {
  it('a field that one system holds, or that syncs keep the same along a chain, is not apart', () => {
    const systems = [system('a', ['email', 'name']), system('b', ['email']), system('c', ['email'])];
    expect(apartFields(systems, [sync('a', 'b'), sync('b', 'c')])).toEqual([]);
    expect(apartFields(systems, [sync('a', 'b')])).toEqual([{ field: 'contact.email', groups: [['a', 'b'], ['c']] }]);
  });

  it('a handoff keeps nothing the same, and neither does a sync of another object', () => {
    const holds = (object: string) => ({ holds: [{ data: 'contact', object, fields: ['email'] }] });
    const systems = [system('a', [], holds('contact')), system('b', [], holds('member'))];
    const apart = [{ field: 'contact.email', groups: [['a'], ['b']] }];
    expect(apartFields(systems, [sync('a', 'b', { kind: 'handoff', toObjects: ['member'] })])).toEqual(apart);
    expect(apartFields(systems, [sync('a', 'b', { toObjects: ['campaign'] })])).toEqual(apart);
    expect(apartFields(systems, [sync('a', 'b', { toObjects: ['member'] })])).toEqual([]);
  });

  it('groups hold every holder once, and one more sync never takes a field further apart', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const flow = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).map(([from, to]) => sync(from, to));
    fc.assert(fc.property(fc.array(flow, { maxLength: 6 }), flow, (flows, more) => {
      const systems = names.map((name) => system(name, ['email']));
      const [before] = apartFields(systems, flows);
      const [after] = apartFields(systems, [...flows, more]);
      if (before !== undefined) expect(before.groups.flat().toSorted()).toEqual(names);
      expect(after?.groups.length ?? 1).toBeLessThanOrEqual(before?.groups.length ?? 1);
    }));
  });
});

describe('rankNext', () => {
  it('adds up hours, fields that are apart and departments, and says so', () => {
    const systems = [system('crm', ['email', 'name'], { departments: ['sales'] }), system('shop', ['email', 'name'], { departments: ['marketing'], hoursSaved: 15, listed: true })];
    const [first, ...rest] = rankNext(systems, apartFields(systems, []).map((field) => ({ ...field, groups: [['crm'], ['shop']] })));
    expect(first).toMatchObject({ system: 'shop', with: 'crm', score: 15 + 2 * 2 + 2 * 3 });
    expect(first?.reasons.join(' ')).toContain('15 hours a month (15 points)');
    expect(rest).toEqual([]);
  });

  it('a system that is only listed is always ranked; one that is in step never', () => {
    const systems = [system('a', ['email']), system('b', ['email']), system('payroll', [], { listed: true, native: true })];
    const next = rankNext(systems, apartFields(systems, [sync('a', 'b')]));
    expect(next.map(({ system: name }) => name)).toEqual(['payroll']);
    expect(next[0]?.reasons.join(' ')).toContain("maker's own integration");
  });

  it('more hours never rank a system lower', () => {
    fc.assert(fc.property(fc.array(fc.nat(100), { minLength: 2, maxLength: 6 }), fc.nat(100), (hours, more) => {
      const systems = hours.map((hoursSaved, index) => system(`s${index}`, [], { listed: true, hoursSaved }));
      const place = (all: readonly CatalogSystem[]): number => rankNext(all, []).findIndex(({ system: name }) => name === 's0');
      const raised = systems.map((one, index) => (index === 0 ? { ...one, hoursSaved: (one.hoursSaved ?? 0) + more } : one));
      expect(place(raised)).toBeLessThanOrEqual(place(systems));
    }));
  });
});

describe('the drawings', () => {
  it('no text of a definition ends a label or brings markup of its own', () => {
    const nasty = 'a"]-->b<script>&\n`end`;#';
    const catalog = drawUpCatalog([system('a', ['email'], { title: nasty, departments: [nasty] }), system('b', [])], [], []);
    const drawn = catalogMermaid({ ...catalog, flows: [sync('a', 'b', { kind: 'handoff', title: nasty })] });
    expect(drawn).not.toMatch(/<script|"\]-->b/);
    expect(drawn.split('\n')).toHaveLength(5);
    const svg = catalogSvg({ ...catalog, flows: [sync('a', 'b', { kind: 'handoff', title: nasty })] });
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
  });

  it('no two boxes overlap, and all lie within the drawing', () => {
    const names = Array.from({ length: 12 }, (_, index) => `system-${index}`);
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }), (pairs) => {
      const systems = names.map((name, index) => system(name, ['email', 'name'].slice(index % 3), { listed: index > 9 }));
      const svg = catalogSvg({ systems, flows: pairs.map(([from, to]) => sync(`system-${from}`, `system-${to}`)), apart: [], next: [] });
      const [, width = '0', height = '0'] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
      const boxes = [...svg.matchAll(/class="box" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="10"/g)].map((match) => match.slice(1).map(Number) as [number, number, number, number]);
      expect(boxes).toHaveLength(12);
      boxes.forEach(([x, y, w, h], index) => {
        expect(Math.min(x, y, Number(width) - x - w, Number(height) - y - h)).toBeGreaterThanOrEqual(0);
        for (const [ox, oy, ow, oh] of boxes.slice(index + 1)) expect(x + w <= ox || ox + ow <= x || y + h <= oy || oy + oh <= y).toBe(true);
      });
    }), { numRuns: 30 });
  });
});

describe('the catalogue of the sandbox', async () => {
  const set = await loadDefinitions(resolve(project, 'examples/sandbox'), { checkEnvironment: false });
  const catalog = drawUpCatalog(set.catalog.values(), set.syncs.values(), set.handoffs.values());

  it('holds what is connected and what is only listed; a listed system is no system to sync with', () => {
    expect(set.findings).toEqual([]);
    expect(catalog.systems.filter(({ listed }) => listed).map(({ system: name }) => name)).toEqual(['payroll', 'webshop']);
    expect(set.systems.has('webshop')).toBe(false);
    expect(catalog.next[0]).toMatchObject({ system: 'webshop', with: 'crm' });
  });

  it('is drawn on its page as it is now (else run: crosswalk catalog examples/sandbox --format svg -o docs/catalog.svg)', () => {
    expect(readFileSync(resolve(project, 'docs/catalog.svg'), 'utf8')).toBe(catalogSvg(catalog));
  });

  it('has a schema for editors that is up to date (else run scripts/write-json-schema.mjs on a build)', () => {
    expect(readFileSync(resolve(project, 'schema/listed-system.schema.json'), 'utf8')).toBe(listedSystemJsonSchemaText());
  });
});
