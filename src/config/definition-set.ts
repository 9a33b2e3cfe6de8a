import { readFileSync, statSync } from 'node:fs';
import type { CatalogSystem } from '../contracts/catalog.js';
import type { ChannelDefinition } from '../contracts/channel-definition.js';
import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import type { TeamDefinition } from '../contracts/team-definition.js';
import { compileAlerts } from './compile-alerts.js';
import { compileCatalog } from './compile-catalog.js';
import { compileChannel } from './compile-channel.js';
import { compileHandoff } from './compile-handoff.js';
import { compileQuality } from './compile-quality.js';
import { compileSync } from './compile-sync.js';
import { compileSystem } from './compile-system.js';
import { compileTeam } from './compile-team.js';
import { applyConnector } from './connector/apply-connector.js';
import { builtinConnectors, type ConnectorCatalogue } from './connector/catalogue.js';
import type { DefinitionSource } from './definition-source.js';
import { compareFindings, hasErrors, type Finding } from './finding.js';
import { lintDefinitions } from './lint.js';
import { loadFolder, type LoadedFolder, type LoadLimits } from './load.js';
import { listReferences, type ReferenceSources } from './references.js';
import { alertsSchema } from './schema/alerts-schema.js';
import { isListed } from './rules/catalog-rule.js';
import { listedSystemSchema } from './schema/catalog-schema.js';
import { channelSchema } from './schema/channel-schema.js';
import { handoffSchema } from './schema/handoff-schema.js';
import { qualitySchema } from './schema/quality-schema.js';
import { syncSchema } from './schema/sync-schema.js';
import { systemSchemaOf } from './schema/system-kinds.js';
import { teamSchema } from './schema/team-schema.js';
import { eachText } from './tolerant-access.js';

/** DefinitionSet is the definitions of a folder: those without errors, compiled, and everything that was found. */
export interface DefinitionSet {
  readonly systems: ReadonlyMap<string, SystemDefinition>;
  readonly syncs: ReadonlyMap<string, SyncDefinition>;
  readonly qualities: ReadonlyMap<string, QualityDefinition>;
  readonly handoffs: ReadonlyMap<string, HandoffDefinition>;
  readonly teams: ReadonlyMap<string, TeamDefinition>;
  readonly channels: ReadonlyMap<string, ChannelDefinition>;
  readonly alerts: ReadonlyMap<string, AlertsDefinition>;
  /** Every system of the catalogue: those that are connected, and those that are only listed. */
  readonly catalog: ReadonlyMap<string, CatalogSystem>;
  readonly findings: readonly Finding[];
  readonly sources: readonly DefinitionSource[];
}

/** DefinitionOptions says how definitions are loaded. */
export interface DefinitionOptions {
  /** Whether missing environment variables and secrets are findings. Default: true. */
  readonly checkEnvironment?: boolean;
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Reads secret files. Default: from disk, at most 64 KB. */
  readonly readFile?: (path: string) => string;
  /** Asks stores of secrets for what texts name, and gives what answers for each reference. Default: stores are not asked. */
  readonly askStores?: (texts: readonly string[]) => Promise<StoredValues>;
  readonly limits?: LoadLimits;
  /** Default: those that ship with Crosswalk. */
  readonly connectors?: ConnectorCatalogue;
}

/**
 * loadDefinitions reads, checks and compiles the definitions of a folder. A definition with an error is not in the maps;
 * callers that go on nevertheless look at `hasErrors(findings)` first.
 */
export async function loadDefinitions(folder: string, options: DefinitionOptions = {}): Promise<DefinitionSet> {
  const loaded = await loadFolder(folder, options.limits);
  const texts = options.checkEnvironment === false ? [] : loaded.sources.flatMap(storedTextsIn);
  const stored = texts.length === 0 ? undefined : await options.askStores?.(texts);
  return compileDefinitions(loaded, folder, options, stored);
}

/** What answers for the references to stores of secrets; throws UnresolvedReferenceError. */
type StoredValues = NonNullable<ReferenceSources['stored']>;

function storedTextsIn({ value }: DefinitionSource): readonly string[] {
  const texts: string[] = [];
  eachText(value, (text) => { if (listReferences(text).some(({ kind }) => kind === 'vault' || kind === 'aws')) texts.push(text); });
  return texts;
}

/** compileDefinitions checks and compiles definitions that have been read; `folder` is where relative secret files are. */
export function compileDefinitions(loaded: LoadedFolder, folder: string, options: DefinitionOptions = {}, stored?: StoredValues): DefinitionSet {
  const references: ReferenceSources = {
    env: options.env ?? process.env, readFile: options.readFile ?? readSecretFile, baseFolder: folder, ...(stored === undefined ? {} : { stored }),
  };
  const applied = loaded.sources.map((source) => applyConnector(source, options.connectors ?? builtinConnectors()));
  const sources = applied.map(({ source }) => source);
  const linted = lintDefinitions(sources, options.checkEnvironment === false ? {} : { references });
  const findings = [...loaded.findings, ...applied.flatMap((each) => each.findings), ...linted].toSorted(compareFindings);
  const systems = new Map<string, SystemDefinition>();
  const syncs = new Map<string, SyncDefinition>();
  const qualities = new Map<string, QualityDefinition>();
  const handoffs = new Map<string, HandoffDefinition>();
  const teams = new Map<string, TeamDefinition>();
  const channels = new Map<string, ChannelDefinition>();
  const alerts = new Map<string, AlertsDefinition>();
  const catalog = new Map<string, CatalogSystem>();
  for (const source of sources) {
    if (source.broken || source.name === null || hasErrors(findingsOf(source, sources, findings))) continue;
    if (isListed(source)) catalog.set(source.name, compileCatalog(listedSystemSchema.parse(source.value)));
    else if (source.kind === 'system') {
      const author = systemSchemaOf(source.value).parse(source.value);
      systems.set(source.name, compileSystem(author));
      catalog.set(source.name, compileCatalog(author));
    }
    else if (source.kind === 'sync') syncs.set(source.name, compileSync(syncSchema.parse(source.value)));
    else if (source.kind === 'quality') qualities.set(source.name, compileQuality(qualitySchema.parse(source.value)));
    else if (source.kind === 'handoff') handoffs.set(source.name, compileHandoff(handoffSchema.parse(source.value)));
    else if (source.kind === 'team') teams.set(source.name, compileTeam(teamSchema.parse(source.value)));
    else if (source.kind === 'channel') channels.set(source.name, compileChannel(channelSchema.parse(source.value)));
    else if (source.kind === 'alerts') alerts.set(source.name, compileAlerts(alertsSchema.parse(source.value)));
  }
  return { systems, syncs, qualities, handoffs, teams, channels, alerts, catalog, findings, sources: loaded.sources };
}

/** A file can hold several definitions; a finding belongs to the last one that begins before it. */
function findingsOf(source: DefinitionSource, sources: readonly DefinitionSource[], findings: readonly Finding[]): readonly Finding[] {
  const first = source.locate([]).line;
  const next = sources.filter((other) => other.file === source.file).map((other) => other.locate([]).line).filter((line) => line > first);
  const end = Math.min(...next, Number.POSITIVE_INFINITY);
  return findings.filter((finding) => finding.file === source.connectorFile || (finding.file === source.file && finding.line >= first && finding.line < end));
}

/** readSecretFile reads a secret file from disk; throws where it cannot, and for files that are no secrets by their size. */
export function readSecretFile(path: string): string {
  // A device or a pipe would block or never end; a large file is no secret.
  const found = statSync(path);
  if (!found.isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOTFILE' });
  if (found.size > 1_048_576) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
  return readFileSync(path, 'utf8');
}
