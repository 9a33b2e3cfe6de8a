import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { didYouMean } from '../suggestion.js';
import { eachText, valueAt } from '../tolerant-access.js';
import { operationsOf, requestPath, type OperationPlace } from './operations.js';

// `{name}`, but not the `${NAME}` of an environment variable.
const placeholder = /(?<!\$)\{([^{}]*)\}/g;

const fieldInPath = /\{(?:(?:text|trim|lower|md5)\()+[^(){}]+\)+\}/g;

const needsId: ReadonlySet<string> = new Set(['get', 'update', 'archive', 'delete']);

/** placeholderRule finds `{id}` missing from paths that need it, and placeholders that stand for nothing. */
export function placeholderRule(source: DefinitionSource): readonly Finding[] {
  return operationsOf(source.value).flatMap((operation) => [
    ...missingId(source, operation),
    ...unknownInPath(source, operation),
    ...parameterFindings(source, operation),
  ]);
}

function missingId(source: DefinitionSource, operation: OperationPlace): readonly Finding[] {
  const request = requestPath(source.value, operation);
  if (request === undefined || !needsId.has(operation.kind) || request.text.includes('{id}')) return [];
  const message = `the path of '${operation.kind}' needs {id}, where the external id goes, as in '${request.text.replace(/\/$/, '')}/{id}'`;
  return [findingAt(source, [...operation.path, request.key], { type: 'invalid-placeholder', message })];
}

function unknownInPath(source: DefinitionSource, operation: OperationPlace): readonly Finding[] {
  const request = requestPath(source.value, operation);
  if (request === undefined) return [];
  const known = needsId.has(operation.kind) ? ['id'] : operation.kind === 'find' ? ['value'] : [];
  const path = [...operation.path, request.key];
  const writes = !['list', 'get', 'find', 'batch'].includes(operation.kind);
  // A field of the record within functions, such as {md5(lower(email_address))}.
  const text = writes ? request.text.replace(fieldInPath, (found) => '_'.repeat(found.length)) : request.text;
  return unknownIn(source, path, text, known);
}

function parameterFindings(source: DefinitionSource, operation: OperationPlace): readonly Finding[] {
  const { path, kind } = operation;
  if (kind === 'list') return [...inTexts(source, [...path, 'params'], []), ...keysetFindings(source, operation)];
  if (kind !== 'find') return [];
  const findings = inTexts(source, [...path, 'by'], ['value']);
  const inPath = requestPath(source.value, operation)?.text.includes('{value}') ?? false;
  // What finds too much is sifted by the value itself.
  if (inPath || valueAt(source.value, [...path, 'loose']) === true) return findings;
  const by = valueAt(source.value, [...path, 'by']);
  const idle = typeof by === 'object' && by !== null
    ? Object.entries(by).filter(([, params]) => typeof params === 'object' && !/(?<!\$)\{/.test(Object.values(params ?? {}).join(' ')))
    : [];
  return [...findings, ...idle.map(([field]) => findingAt(source, [...path, 'by', field], {
    type: 'invalid-placeholder', part: 'key', message: `looking up by '${field}' needs {value} in a parameter, as in { ${field}: "{value}" }; without it every record is found`,
  }))];
}

function keysetFindings(source: DefinitionSource, operation: OperationPlace): readonly Finding[] {
  const path = [...operation.path, 'paginate', 'params'];
  const params = valueAt(source.value, path);
  if (params === undefined) return [];
  const findings = inTexts(source, path, ['version', 'id']);
  const text = JSON.stringify(params);
  if (!/(?<!\$)\{(version|id)\}/.test(text)) {
    return [...findings, findingAt(source, path, {
      type: 'invalid-placeholder', message: 'keyset paging needs {version} or {id} of the last record in its params; without them every page would be the first',
    })];
  }
  const noVersion = text.includes('{version}') && valueAt(source.value, ['objects', operation.object, 'version']) === undefined;
  return noVersion
    ? [...findings, findingAt(source, path, { type: 'missing-key', message: `keyset paging uses {version}, but '${operation.object}' has no 'version'; add the JSON Pointer of it` })]
    : findings;
}

function inTexts(source: DefinitionSource, path: DefinitionPath, known: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  eachText(valueAt(source.value, path), (text, at) => findings.push(...unknownIn(source, at, text, known)), path);
  return findings;
}

function unknownIn(source: DefinitionSource, path: DefinitionPath, text: string, known: readonly string[]): readonly Finding[] {
  return [...text.matchAll(placeholder)].filter((match) => !known.includes(match[1] ?? '')).map((match) => {
    const hint = known.length === 0 ? '; none can be used here' : didYouMean(match[1] ?? '', known);
    return findingAt(source, path, { type: 'invalid-placeholder', message: `unknown placeholder '${match[0]}'${hint}`, offset: match.index });
  });
}
