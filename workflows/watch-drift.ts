import { log } from '@temporalio/workflow';
import type { SampledObject, WatchDriftInput, WatchDriftResult } from '../src/contracts/drift.js';
import { bulkDrift, people, quickDrift } from './activity-options.js';

/** watchDrift looks at how the records of a system look, object by object, and delivers what people are to be told of it. A schedule starts it. */
export async function watchDrift({ system }: WatchDriftInput): Promise<WatchDriftResult> {
  const { objects } = await quickDrift.findWatched({ system });
  const sampled: SampledObject[] = [];
  // One after the other: the look must not take the system's rate from its syncs.
  for (const object of objects) sampled.push(await bulkDrift.sampleObject({ system, object }));
  for (const notificationId of sampled.flatMap(({ notificationIds }) => notificationIds)) await deliver(notificationId);
  return { system, objects: sampled };
}

async function deliver(notificationId: string): Promise<void> {
  try {
    await people.deliverNotification({ notificationId });
  } catch (error) {
    // It stays stored as not delivered; the others are told all the same.
    log.warn('A notification was not delivered.', { notificationId, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
