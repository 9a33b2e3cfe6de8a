import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { mappingAt, textAt, valueAt } from '../tolerant-access.js';

const defaultParams: Readonly<Record<string, string>> = { cursor: 'cursor', page: 'page', offset: 'offset' };

/** parameterRule finds parameters of a list that are set twice: fixed, by paging, or by `since`, and a `since` that asks nothing. */
export function parameterRule(source: DefinitionSource): readonly Finding[] {
  return Object.keys(mappingAt(source.value, ['objects'])).flatMap((object) => {
    const base = ['objects', object];
    const changes = [...base, 'since', 'list'];
    const own = valueAt(source.value, changes) !== undefined;
    return [
      ...collisions(source, base, [...base, 'list'], !own),
      ...(own ? collisions(source, base, changes, true) : []),
      ...silentSince(source, base),
    ];
  });
}

function collisions(source: DefinitionSource, base: DefinitionPath, list: DefinitionPath, asksSince: boolean): readonly Finding[] {
  const fixed = mappingAt(source.value, [...list, 'params']);
  const paging = pagingParams(source.value, list);
  const since = asksSince ? textAt(source.value, [...base, 'since', 'param']) : undefined;
  const found = Object.keys(fixed).flatMap((name) => {
    const by = name === since ? 'since' : paging.includes(name) ? 'paginate' : undefined;
    return by === undefined ? [] : [findingAt(source, [...list, 'params', name], {
      type: 'conflicting-parameter', part: 'key', message: `the parameter '${name}' is also set by '${by}'; remove it here`,
    })];
  });
  if (since === undefined || !paging.includes(since)) return found;
  return [...found, findingAt(source, [...base, 'since', 'param'], {
    type: 'conflicting-parameter', message: `the parameter '${since}' is also set by 'paginate'`,
  })];
}

function silentSince(source: DefinitionSource, base: DefinitionPath): readonly Finding[] {
  const since = mappingAt(source.value, [...base, 'since']);
  if (valueAt(source.value, [...base, 'since']) === undefined || ['param', 'header'].some((key) => since[key] !== undefined)) return [];
  return [findingAt(source, [...base, 'since'], { type: 'missing-key', part: 'key', message: "'since' needs 'param' or 'header': where the time is sent" })];
}

function pagingParams(value: unknown, list: DefinitionPath): readonly string[] {
  const path = [...list, 'paginate'];
  const type = textAt(value, [...path, 'type']);
  if (type === undefined || type === 'none') return [];
  const param = textAt(value, [...path, 'param']) ?? defaultParams[type];
  const limitParam = textAt(value, [...path, 'limitParam']) ?? 'limit';
  // Keyset parameters replace `since` after the first page, so they may share its name.
  return param === undefined || valueAt(value, path) === undefined ? [limitParam] : [param, limitParam];
}
