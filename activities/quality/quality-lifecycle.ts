import type { FinishQualityInput, QualityResult, StartedQuality, StartQualityInput } from '../../src/contracts/quality-workflow.js';
import { localDay } from '../../src/domain/quality/local-day.js';
import { missedTargets } from '../../src/domain/quality/targets.js';
import type { QualityDefinition } from '../../src/contracts/quality-definition.js';
import type { QualityDay, QualityFigures } from '../../src/contracts/quality.js';
import type { Database } from '../../src/store/database.js';
import { activeDefinitions, type StoredDefinition } from '../../src/store/definitions.js';
import { qualityDayOfRun } from '../../src/store/quality-days.js';
import { closeQualityRun, openQualityRun, readQualityRun } from '../../src/store/quality-runs.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/** ActiveQuality is a quality definition in force, with its system. */
export interface ActiveQuality {
  readonly definition: StoredDefinition<'quality'>;
  readonly system: StoredDefinition<'system'>;
}

/** activeQuality is the quality definition in force by its name; throws a failure that says what to do where it cannot be used. */
export async function activeQuality(database: Database, name: string): Promise<ActiveQuality> {
  const definition = (await activeDefinitions(database, 'quality')).find((candidate) => candidate.name === name);
  if (definition === undefined) throw definitionUnusable(`There is no quality definition "${name}" in force. Apply it with "crosswalk apply".`);
  const system = (await activeDefinitions(database, 'system')).find((candidate) => candidate.name === definition.body.object.system);
  if (system === undefined) throw definitionUnusable(`System "${definition.body.object.system}", which quality definition "${name}" names, is not applied. Run "crosswalk apply".`);
  return { definition, system };
}

/** startQuality opens a quality run, pinned to the definitions now in force; a repeat finds the run that was opened before. */
export async function startQuality({ database }: SyncDependencies, { runId, quality, workflowId }: StartQualityInput): Promise<StartedQuality> {
  const { definition, system } = await activeQuality(database, quality);
  await openQualityRun(database, { id: runId, quality, definitionVersion: definition.version, systemVersion: system.version, day: dayOf(definition.body), workflowId });
  const run = await readQualityRun(database, runId);
  return { runId, definitionVersion: run.definitionVersion, system: system.name };
}

function dayOf({ timeZone }: QualityDefinition): string {
  return localDay(timeZone, Date.now());
}

/** finishQuality closes a quality run and says what it came to; a repeat finds it closed. */
export async function finishQuality({ database }: SyncDependencies, { runId, state, message }: FinishQualityInput): Promise<QualityResult> {
  const run = await closeQualityRun(database, runId, state, message);
  const day = run.state === 'succeeded' ? await qualityDayOfRun(database, runId) : undefined;
  return {
    runId, quality: run.quality, state: run.state, message: run.message,
    figures: day === undefined ? null : figuresOf(day),
    missed: day === undefined ? [] : missedTargets(day, day.targets),
  };
}

// What goes into the workflow's history is figures: no titles, and no names of departments.
function figuresOf({ records, outOfScope, unreadable, duplicates, missing, invalid, repairable, differs, compared, rules }: QualityDay): QualityFigures {
  return { records, outOfScope, unreadable, duplicates, missing, invalid, repairable, differs, compared, rules };
}
