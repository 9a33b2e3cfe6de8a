import type { DefinitionSource } from './definition-source.js';
import { compareFindings, type Finding } from './finding.js';
import type { ReferenceSources } from './references.js';
import { bodyRule } from './rules/bodies.js';
import { indexDefinitions, type DefinitionIndex } from './rules/definition-index.js';
import { catalogRule, isListed } from './rules/catalog-rule.js';
import { duplicateNamesRule } from './rules/duplicate-names.js';
import { environmentRule, referenceRule } from './rules/environment.js';
import { examplesRule } from './rules/examples.js';
import { fileObjectsRule } from './rules/file-objects.js';
import { handoffStepsRule, handoffTriggerRule } from './rules/handoff-rules.js';
import { movedFilesRule } from './rules/moved-files.js';
import { operationMethodRule } from './rules/operation-method.js';
import { outcomeRule } from './rules/outcomes.js';
import { parameterRule } from './rules/parameters.js';
import { placeholderRule } from './rules/placeholders.js';
import { qualityDuplicatesRule, qualityRepairsRule, qualityRulesRule, qualityTargetsRule } from './rules/quality-rules.js';
import { secretRule } from './rules/secrets.js';
import { endFindings, syncEndsRule } from './rules/sync-ends.js';
import { conflictRule, directionRule, enumRule, syncFieldsRule } from './rules/sync-fields.js';
import { syncMatchRule } from './rules/sync-match.js';
import { syncMediaRule } from './rules/sync-media.js';
import { syncOperationsRule } from './rules/sync-operations.js';
import { tableColumnsRule } from './rules/table-columns.js';
import { twoWayOperationsRule } from './rules/two-way-operations.js';
import { channelUrlRule, hostRule, urlRule } from './rules/urls.js';
import { approvalTeamsRule, teamMembersRule } from './rules/team-rules.js';
import { versionRule } from './rules/versions.js';
import { webhooksRule } from './rules/webhooks.js';
import { channelsRule } from './rules/channels.js';
import { schemaFindings } from './schema-findings.js';
import { alertsSchema } from './schema/alerts-schema.js';
import { listedSystemSchema } from './schema/catalog-schema.js';
import { channelSchema } from './schema/channel-schema.js';
import { handoffSchema } from './schema/handoff-schema.js';
import { qualitySchema } from './schema/quality-schema.js';
import { syncSchema } from './schema/sync-schema.js';
import { connectorOf, systemSchemaOf, type systemKinds } from './schema/system-kinds.js';
import { teamSchema } from './schema/team-schema.js';

/** LintOptions says what a check of definitions looks at besides the definitions. */
export interface LintOptions {
  /** Where references get their values; undefined: environment variables and secrets are not checked. */
  readonly references?: ReferenceSources;
}

/** lintDefinitions finds everything that is wrong in the definitions of a folder, and does not stop at the first finding. */
export function lintDefinitions(sources: readonly DefinitionSource[], options: LintOptions = {}): readonly Finding[] {
  const index = indexDefinitions(sources);
  return [...duplicateNamesRule(sources), ...channelsRule(sources), ...movedFilesRule(sources), ...sources.flatMap((source) => lintOne(source, index, options))].toSorted(compareFindings);
}

function lintOne(source: DefinitionSource, index: DefinitionIndex, options: LintOptions): readonly Finding[] {
  // What a broken file seems to lack may only be unreadable.
  if (source.broken || source.kind === null) return [];
  if (isListed(source)) return withoutEchoes([...schemaFindings(source, listedSystemSchema), ...catalogRule(source)]);
  if (source.kind === 'handoff') return withoutEchoes([...schemaFindings(source, handoffSchema), ...handoffTriggerRule(source, index), ...handoffStepsRule(source, index), ...approvalTeamsRule(source, index)]);
  if (source.kind === 'team') return withoutEchoes([...schemaFindings(source, teamSchema), ...teamMembersRule(source)]);
  if (source.kind === 'alerts') return withoutEchoes(schemaFindings(source, alertsSchema));
  if (source.kind === 'channel') return withoutEchoes([...schemaFindings(source, channelSchema), ...referenceRule(source), ...channelUrlRule(source, options.references), ...(options.references === undefined ? [] : environmentRule(source, options.references))]);
  if (source.kind === 'quality') return withoutEchoes(qualityFindings(source, index));
  const findings = source.kind === 'system' ? systemFindings(source, options) : syncFindings(source, index);
  return withoutEchoes(findings);
}

function systemFindings(source: DefinitionSource, { references }: LintOptions): readonly Finding[] {
  return [
    ...schemaFindings(source, systemSchemaOf(source.value)),
    ...rulesOf[connectorOf(source.value)].flatMap((rule) => rule(source, references)),
    ...webhooksRule(source),
    ...catalogRule(source),
    ...referenceRule(source),
    ...(references === undefined ? [] : environmentRule(source, references)),
  ];
}

type SystemRule = (source: DefinitionSource, references: ReferenceSources | undefined) => readonly Finding[];

const rulesOf: Readonly<Record<keyof typeof systemKinds, readonly SystemRule[]>> = {
  rest: [operationMethodRule, placeholderRule, parameterRule, bodyRule, secretRule, outcomeRule, versionRule, urlRule],
  postgres: [tableColumnsRule, hostRule],
  files: [fileObjectsRule, hostRule],
  smtp: [hostRule],
};

function syncFindings(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  return [
    ...schemaFindings(source, syncSchema),
    ...[syncEndsRule, syncMediaRule, syncOperationsRule, twoWayOperationsRule, examplesRule].flatMap((rule) => rule(source, index)),
    ...[syncMatchRule, syncFieldsRule, conflictRule, directionRule, enumRule].flatMap((rule) => rule(source)),
  ];
}

function qualityFindings(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const misshapen = schemaFindings(source, qualitySchema);
  return [
    ...misshapen,
    ...endFindings(source, 'object', index),
    ...qualityRepairsRule(source, index),
    ...[qualityRulesRule, qualityDuplicatesRule].flatMap((rule) => rule(source)),
    // What seems not to be measured may only be misspelt.
    ...(misshapen.length > 0 ? [] : qualityTargetsRule(source)),
  ];
}

/** Aliases and overlapping checks can say the same thing of the same place; once is enough. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ line, column, type, message }) => {
    const key = JSON.stringify([line, column, type, message]);
    return !seen.has(key) && seen.add(key);
  });
}
