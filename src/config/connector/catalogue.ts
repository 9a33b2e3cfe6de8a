import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseDefinitions } from '../parse-definitions.js';
import { isMapping } from '../tolerant-access.js';

/** BuiltinConnector is a description of a kind of system that ships with Crosswalk, as it stands in its file. */
export interface BuiltinConnector {
  readonly name: string;
  /** Name that findings show, such as `builtin/hubspot.yaml`. */
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly locate: DefinitionSource['locate'];
  /** What cannot be read of it. */
  readonly findings: readonly Finding[];
}

/** ConnectorCatalogue is connectors by name. */
export type ConnectorCatalogue = ReadonlyMap<string, BuiltinConnector>;

/** readConnector reads the text of a connector's file. */
export function readConnector(name: string, text: string): BuiltinConnector {
  const file = `builtin/${name}.yaml`;
  const { sources: [source], findings } = parseDefinitions(file, text);
  return {
    name, file,
    value: isMapping(source?.value) ? source.value : {},
    locate: source?.locate ?? (() => ({ line: 1, column: 1 })),
    // It is no definition, but the part of one that is the same for everybody.
    findings: findings.filter(({ type }) => type !== 'not-a-definition'),
  };
}

let builtin: ConnectorCatalogue | undefined;

/** builtinConnectors gives the connectors that ship with Crosswalk; they are read once. */
export function builtinConnectors(): ConnectorCatalogue {
  builtin ??= readFolder(fileURLToPath(new URL('../../connectors/builtin/', import.meta.url)));
  return builtin;
}

function readFolder(folder: string): ConnectorCatalogue {
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -'.yaml'.length));
  return new Map(names.toSorted().map((name) => [name, readConnector(name, readFileSync(join(folder, `${name}.yaml`), 'utf8'))]));
}
