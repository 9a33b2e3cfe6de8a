import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSystem } from '../../../../src/config/connector/merge.js';
import { fillSettings, settingValues } from '../../../../src/config/connector/settings.js';

const scalar = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean());
const key = fc.constantFrom('list', 'create', 'limits', 'a', 'b', 'path', 'records', 'x');
const mapping = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(key, tie('node'), { maxKeys: 3 })),
})).node;
const file = fc.dictionary(key, mapping, { maxKeys: 4 });

type Mapping = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [readonly string[], unknown])[] {
  return isMapping(value) && Object.keys(value).length > 0 ? Object.entries(value).flatMap(([name, part]) => leaves(part, [...path, name])) : [[path, value]];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found: unknown, name) => (isMapping(found) && Object.hasOwn(found, name) ? found[name] : undefined), value);
}

describe('a connector and a file', () => {
  it('an empty file changes nothing', () => {
    fc.assert(fc.property(file, (connector) => { expect(mergeSystem(connector, {})).toEqual(connector); }));
  });

  it('the file wins wherever it says something', () => {
    fc.assert(fc.property(file, file, (connector, own) => {
      const merged = mergeSystem(connector, own);
      for (const [path, value] of leaves(own)) if (path.length > 0 && !isMapping(value)) expect(at(merged, path)).toEqual(value);
    }));
  });

  it('what the file does not speak of stays as the connector has it', () => {
    fc.assert(fc.property(file, file, (connector, own) => {
      const merged = mergeSystem(connector, own);
      for (const [path, value] of leaves(connector)) {
        const touched = path.some((_, length) => { const there = at(own, path.slice(0, length + 1)); return there !== undefined && !isMapping(there); }) || at(own, path) !== undefined;
        if (path.length > 0 && !touched) expect(at(merged, path)).toEqual(value);
      }
    }));
  });

  it('null takes away what the connector says, and neither is changed', () => {
    fc.assert(fc.property(file, (connector) => {
      const before = structuredClone(connector);
      const own = Object.fromEntries(Object.keys(connector).map((name) => [name, null]));
      expect(mergeSystem(connector, own)).toEqual({});
      expect(connector).toEqual(before);
    }));
  });
});

describe('settings', () => {
  const declared = { dc: { description: 'x', example: 'us1' }, fields: { description: 'x', default: ['a', 'b'] } };

  it('fill texts; a list is joined, or takes the place of an element', () => {
    const values = settingValues(declared, { dc: 'us6', other: 'x' });
    expect(fillSettings({ url: 'https://<dc>.x/<dc>', q: '<fields>', list: ['<fields>', 'c', '<dc>'], body: { deep: ['x<fields>'] }, kept: '<other> <x y>' }, values))
      .toEqual({ url: 'https://us6.x/us6', q: 'a,b', list: ['a', 'b', 'c', 'us6'], body: { deep: ['xa,b'] }, kept: '<other> <x y>' });
  });

  it('a value is not read as a setting again', () => {
    expect(fillSettings('<dc>', settingValues(declared, { dc: '<fields>$&' }))).toBe('<fields>$&');
  });
});
