import type { QualityDefinition } from '../../contracts/quality-definition.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';

/**
 * repairSync is the declared repairs of a quality definition, seen as a sync from an object to itself: each field that
 * may be mended is carried over as it is. So a repair is planned, applied, shown and undone like any other write.
 */
export function repairSync({ quality, title, owner, object, repairs }: QualityDefinition, name: string): SyncDefinition {
  return {
    sync: name,
    title: `Repairs of ${title === quality ? quality : title}`,
    ...(owner === undefined ? {} : { owner }),
    from: object,
    to: object,
    when: { realtime: false },
    match: [],
    fields: repairs.map(({ field }) => ({ from: [field], to: field, type: 'json', required: false, convert: [], repair: [], direction: 'forward' })),
    onDelete: 'ignore',
    onInactive: 'sync',
    limits: { deletes: 0, changes: 1, blanks: 1 },
    rollout: { mode: 'live' },
  };
}
