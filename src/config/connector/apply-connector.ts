import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { systemKinds } from '../schema/system-kinds.js';
import { didYouMean } from '../suggestion.js';
import { eachText, isMapping, listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';
import type { BuiltinConnector, ConnectorCatalogue } from './catalogue.js';
import { mergeSystem } from './merge.js';
import { fillSettings, placeholdersIn, settingValues } from './settings.js';

/** Applied is a definition with what its connector says, and what does not fit. */
export interface Applied {
  readonly source: DefinitionSource;
  readonly findings: readonly Finding[];
}

/**
 * applyConnector fills a system that names a built-in connector with what the connector says. Places of the result lead into
 * the user's file where the user has said something, and into the connector's file otherwise. A source that names no
 * connector is given back as it is.
 */
export function applyConnector(source: DefinitionSource, catalogue: ConnectorCatalogue): Applied {
  const name = source.kind === 'system' && !source.broken ? textAt(source.value, ['connector']) : undefined;
  if (name === undefined || Object.hasOwn(systemKinds, name) || !isMapping(source.value)) return { source, findings: [] };
  const connector = catalogue.get(name);
  if (connector === undefined) {
    const message = `there is no connector '${name}'${didYouMean(name, [...Object.keys(systemKinds), ...catalogue.keys()])}`;
    // What else seems to be missing may come from the connector that was meant.
    return { source: { ...source, broken: true }, findings: [findingAt(source, ['connector'], { type: 'unknown-connector', message })] };
  }
  const settings = settingValues(connector.value['settings'], source.value['settings']);
  const filled = fillSettings(connector.value, settings);
  const value = mergeSystem(isMapping(filled) ? filled : {}, source.value);
  return {
    source: { ...source, value, connectorFile: connector.file, locate: locatorOf(source, connector) },
    findings: [...connector.findings, ...settingFindings(source, connector, value)],
  };
}

function settingFindings(source: DefinitionSource, connector: BuiltinConnector, merged: unknown): readonly Finding[] {
  const declared = mappingAt(connector.value, ['settings']);
  const unknown = Object.keys(mappingAt(source.value, ['settings'])).filter((name) => !Object.hasOwn(declared, name));
  const open = new Set<string>();
  eachText(merged, (text) => placeholdersIn(text).filter((name) => Object.hasOwn(declared, name)).forEach((name) => open.add(name)));
  return [
    ...unknown.map((name) => findingAt(source, ['settings', name], { type: 'unknown-key', part: 'key', message: `the connector '${connector.name}' has no setting '${name}'${didYouMean(name, Object.keys(declared))}` })),
    ...[...open].map((name) => findingAt(source, ['settings'], { type: 'missing-key', part: 'key', message: missing(connector, name) })),
  ];
}

function missing(connector: BuiltinConnector, name: string): string {
  const description = textAt(connector.value, ['settings', name, 'description']) ?? '';
  const example = valueAt(connector.value, ['settings', name, 'example']);
  return `the connector '${connector.name}' needs the setting '${name}'${example === undefined ? '' : `, as in settings: { ${name}: ${JSON.stringify(example)} }`}${description === '' ? '' : ` (${description.replace(/\.$/, '')})`}`;
}

function locatorOf(own: DefinitionSource, connector: BuiltinConnector): DefinitionSource['locate'] {
  const ownRules = listAt(own.value, ['outcomes']).length;
  return (path, place) => {
    const [first, index, ...rest] = path;
    // What a connector offers is only a part of what authenticates.
    if (first === 'auth') return own.locate(path, place);
    if (first === 'outcomes' && typeof index === 'number') {
      return index < ownRules ? own.locate(path, place) : { file: connector.file, ...connector.locate([first, index - ownRules, ...rest], place) };
    }
    return depthIn(connector.value, path) > depthIn(own.value, path) ? { file: connector.file, ...connector.locate(path, place) } : own.locate(path, place);
  };
}

/** How many steps of a path are there. */
function depthIn(value: unknown, path: DefinitionPath): number {
  let depth = 0;
  while (depth < path.length && valueAt(value, path.slice(0, depth + 1)) !== undefined) depth++;
  return depth;
}
