import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { mappingAt, textAt, valueAt } from '../tolerant-access.js';

const defaultParams: Readonly<Record<string, string>> = { cursor: 'cursor', page: 'page', offset: 'offset' };

/** parameterRule finds query parameters of a list that are set twice: fixed, by paging, or by `since`. */
export function parameterRule(source: DefinitionSource): readonly Finding[] {
  return Object.keys(mappingAt(source.value, ['objects'])).flatMap((object) => {
    const base = ['objects', object];
    const fixed = mappingAt(source.value, [...base, 'list', 'params']);
    const paging = pagingParams(source.value, object);
    const since = textAt(source.value, [...base, 'since', 'param']);
    const collisions = Object.keys(fixed).flatMap((name) => {
      const by = name === since ? 'since' : paging.includes(name) ? 'paginate' : undefined;
      return by === undefined ? [] : [findingAt(source, [...base, 'list', 'params', name], {
        type: 'conflicting-parameter', part: 'key', message: `the parameter '${name}' is also set by '${by}'; remove it here`,
      })];
    });
    if (since === undefined || !paging.includes(since)) return collisions;
    return [...collisions, findingAt(source, [...base, 'since', 'param'], {
      type: 'conflicting-parameter', message: `the parameter '${since}' is also set by 'paginate'`,
    })];
  });
}

function pagingParams(value: unknown, object: string): readonly string[] {
  const path = ['objects', object, 'list', 'paginate'];
  const type = textAt(value, [...path, 'type']);
  if (type === undefined || type === 'none') return [];
  const param = textAt(value, [...path, 'param']) ?? defaultParams[type];
  const limitParam = textAt(value, [...path, 'limitParam']) ?? 'limit';
  // Keyset parameters replace `since` after the first page, so they may share its name.
  return param === undefined || valueAt(value, path) === undefined ? [limitParam] : [param, limitParam];
}
