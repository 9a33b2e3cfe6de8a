import type { Client } from '@temporalio/client';
import { loadDefinitions, type DefinitionSet } from '../../config/definition-set.js';
import { defaultAlerts } from '../../contracts/alerts-definition.js';
import { hasErrors } from '../../config/finding.js';
import { applySchedules, planSchedules } from '../../schedules/apply-schedules.js';
import type { ScheduleChange } from '../../schedules/compare-schedules.js';
import { scheduleRemarks, type Sweep } from '../../schedules/desired-schedule.js';
import { qualityRemarks } from '../../schedules/quality-schedule.js';
import type { Database } from '../../store/database.js';
import { sweepStates } from '../../store/realtime-measures.js';
import { applyDefinitions, planDefinitions, qualitiesOf, retiredQualities, retiredSyncs, syncsOf, type DefinitionChange } from './definition-changes.js';
import { newDefinitions } from './new-definitions.js';

/** FolderChanges is what applying a folder does, or did. */
export interface FolderChanges {
  readonly definitions: readonly DefinitionChange[];
  readonly schedules: readonly ScheduleChange[];
  /** Plain sentences about schedules that a reader of the definitions may not expect. */
  readonly remarks: readonly string[];
}

/** FolderTargets is where a folder is applied to. */
export interface FolderTargets {
  readonly database: Database;
  readonly temporal: Client;
}

/** loadFolderToApply reads and checks a folder; the set has errors, or definitions that can be applied, or is empty. */
export async function loadFolderToApply(folder: string, env: NodeJS.ProcessEnv): Promise<DefinitionSet> {
  return loadDefinitions(folder, { env });
}

/** isApplicable says that a set has definitions and no errors. */
export function isApplicable(set: DefinitionSet): boolean {
  return !hasErrors(set.findings) && set.sources.length > 0;
}

function alertsEveryMs({ alerts }: DefinitionSet): number {
  return (alerts.values().next().value ?? defaultAlerts).everyMs;
}

/** planFolder says what applying a set without errors would do; it writes nothing. */
export async function planFolder({ database, temporal }: FolderTargets, set: DefinitionSet): Promise<FolderChanges> {
  const wanted = await newDefinitions(set);
  const definitions = await planDefinitions(database, wanted);
  const syncs = syncsOf(wanted);
  const qualities = { definitions: qualitiesOf(wanted), retired: retiredQualities(definitions) };
  const sweeps = await sweepsOf(database);
  const schedules = await planSchedules(temporal.schedule, syncs, { retired: retiredSyncs(definitions), qualities, sweeps, alertsEveryMs: alertsEveryMs(set), watchesDrift: true });
  return { definitions, schedules, remarks: [...scheduleRemarks(syncs, sweeps), ...qualityRemarks(qualities.definitions)] };
}

/**
 * applyFolder makes a set without errors the one in force: definitions first, in one transaction, then schedules. When
 * the schedules fail, repeating it makes up for them.
 */
export async function applyFolder({ database, temporal }: FolderTargets, set: DefinitionSet): Promise<FolderChanges> {
  const wanted = await newDefinitions(set);
  const syncs = syncsOf(wanted);
  // Asked first, so that nothing is stored while the Temporal server cannot be reached.
  await planSchedules(temporal.schedule, syncs);
  const definitions = await applyDefinitions(database, wanted);
  const qualities = { definitions: qualitiesOf(wanted), retired: retiredQualities(definitions) };
  const sweeps = await sweepsOf(database);
  const schedules = await planSchedules(temporal.schedule, syncs, { retired: retiredSyncs(definitions), qualities, sweeps, alertsEveryMs: alertsEveryMs(set), watchesDrift: true });
  const notShown = await applySchedules(temporal.schedule, schedules);
  return { definitions, schedules, remarks: [...notShown.map((id) => `Temporal has taken the change of schedule ${id}, and does not show it yet; "crosswalk plan" says so once it does.`), ...scheduleRemarks(syncs, sweeps), ...qualityRemarks(qualities.definitions)] };
}

// An interval that was tightened holds on; the definition keeps saying where it returns to.
async function sweepsOf(database: Database): Promise<ReadonlyMap<string, Sweep>> {
  return new Map((await sweepStates(database)).map(({ sync, everyMs, reason }) => [sync, { everyMs, reason }]));
}
