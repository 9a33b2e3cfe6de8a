import { Context } from '@temporalio/activity';
import type { SampledObject, WatchDriftInput } from '../../src/contracts/drift.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { ObjectReference, SyncDefinition } from '../../src/contracts/sync-definition.js';
import { isTwoWay } from '../../src/contracts/sync-definition.js';
import { SystemError } from '../../src/contracts/system-error.js';
import { compareProfiles, LEAST_RECORDS, quarantines } from '../../src/domain/drift/compare-profiles.js';
import { profileOf } from '../../src/domain/drift/profile.js';
import { isTouched, sourcesOf } from '../../src/domain/drift/without-held.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { takeUntoldDeprecations } from '../../src/store/deprecations.js';
import { quarantine, storeProfile } from '../../src/store/drift.js';
import { idFrom } from '../../src/store/new-id.js';
import { recordNotification } from '../../src/store/notifications.js';
import { definitionUnusable, troubleFailure } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { systemTrouble } from '../sync/trouble.js';

/** Pages of the whole list, and of what changed of late, where a new shape is seen first. */
const PAGES = 2;
const RECENT_MS = 2 * 86_400_000;
const MOST_RECORDS = 1_000;

/** findWatched gives the objects of a system whose fields some sync in force maps. */
export async function findWatched({ database }: SyncDependencies, { system }: WatchDriftInput): Promise<{ readonly objects: readonly string[] }> {
  const syncs = await activeDefinitions(database, 'sync');
  const objects = syncs.flatMap(({ body }) => [body.from, ...(isTwoWay(body) ? [body.to] : [])]).filter((end) => end.system === system).map(({ object }) => object);
  return { objects: [...new Set(objects)].toSorted() };
}

/** sampleObject reads a few pages, compares what they look like with the baseline, and quarantines the mapped fields that changed. */
export async function sampleObject(dependencies: SyncDependencies, reference: ObjectReference, heartbeat: Heartbeat): Promise<SampledObject> {
  const { database, logger } = dependencies;
  const records = await sample(dependencies, reference, heartbeat);
  const profile = profileOf(records);
  // A sample that is too small says nothing, and must not become what others are compared with.
  const drifts = records.length < LEAST_RECORDS ? [] : compareProfiles(await storeProfile(database, reference, profile), profile);
  const syncs = (await activeDefinitions(database, 'sync')).map(({ body }) => body);
  const notificationIds: string[] = [];
  let quarantined = 0;
  for (const drift of drifts.filter(({ kind }) => quarantines(kind))) {
    const affected = syncs.filter((sync) => usesField(sync, reference, drift.field));
    if (affected.length === 0) continue;
    const began = await quarantine(database, reference, drift);
    if (began === undefined) continue;
    quarantined += 1;
    logger.warn({ ...reference, field: drift.field, kind: drift.kind, syncs: affected.map(({ sync }) => sync) }, 'A field is in quarantine.');
    notificationIds.push(...await tell(dependencies, began.id, reference, drift, affected));
  }
  const told = await tellOfDeprecations(dependencies, reference.system);
  return { object: reference.object, records: records.length, drifts: drifts.length, quarantined, notificationIds: [...notificationIds, ...told] };
}

async function sample({ database, connectors }: SyncDependencies, { system, object }: ObjectReference, heartbeat: Heartbeat): Promise<JsonObject[]> {
  const stored = (await activeDefinitions(database, 'system')).find(({ name }) => name === system);
  const definition = stored?.body.objects[object];
  if (stored === undefined || definition === undefined) throw definitionUnusable(`The object ${system}.${object} is not applied. Run "crosswalk apply".`);
  const connector = connectors.open(stored.body, stored.version);
  const found = new Map<string, JsonObject>();
  const read = async (pages: number, sinceMs?: number): Promise<void> => {
    let count = 0;
    for await (const page of connector.list(object, { signal: heartbeat.signal, ...(sinceMs === undefined ? {} : { sinceMs }) })) {
      for (const record of page.records) if (!record.deleted && found.size < MOST_RECORDS) found.set(record.id, record.data);
      heartbeat.report({ object, records: found.size });
      if ((count += 1) >= pages) return;
    }
  };
  try {
    if (definition.since !== undefined) await read(1, Date.now() - RECENT_MS);
    await read(PAGES);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw troubleFailure(systemTrouble(error), { scheduleMs: stored.body.retry.scheduleMs, attempts: Context.current().info.attempt });
  }
  return [...found.values()];
}

function usesField(sync: SyncDefinition, { system, object }: ObjectReference, field: string): boolean {
  if (sync.from.system === system && sync.from.object === object) return sync.fields.some((mapping) => sourcesOf(mapping).some((source) => isTouched(source, [field])));
  return isTwoWay(sync) && sync.to.system === system && sync.to.object === object && sync.fields.some(({ to }) => isTouched(to, [field]));
}

async function tell({ database }: SyncDependencies, quarantineId: string, { system, object }: ObjectReference, { field, summary }: { readonly field: string; readonly summary: string }, syncs: readonly SyncDefinition[]): Promise<string[]> {
  const departments = [...new Set(syncs.map(({ owner }) => owner ?? null))];
  return Promise.all(departments.map(async (department) => {
    const id = idFrom(`drift/${department ?? ''}`, quarantineId);
    await recordNotification(database, {
      id, severity: 'warning', department, channels: [], title: `${system}.${object}: the field ${field} is in quarantine`,
      body: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. What ${syncs.map(({ sync }) => sync).join(', ')} makes of it is not written: the target keeps its values. See "crosswalk drift".`,
      groupKey: `drift/${system}.${object}`, link: null,
    });
    return id;
  }));
}

async function tellOfDeprecations({ database }: SyncDependencies, system: string): Promise<string[]> {
  const untold = await takeUntoldDeprecations(database, system);
  return Promise.all(untold.map(async ({ request, deprecation, sunset, link }) => {
    const id = idFrom(`deprecation/${system}/${request}/${deprecation ?? ''}/${sunset ?? ''}`);
    await recordNotification(database, {
      id, severity: sunset === null ? 'info' : 'warning', department: null, channels: [], title: `${system}: ${request} is announced to end`,
      body: [deprecation === null ? '' : `Deprecation: ${deprecation}.`, sunset === null ? '' : `Sunset: ${sunset}.`, link === null ? '' : `See ${link}.`].filter((text) => text !== '').join(' '),
      groupKey: `deprecation/${system}`, link: null,
    });
    return id;
  }));
}
