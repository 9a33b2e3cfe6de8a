import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';

/** syncUnderTest is a small sync, with what a test says of it. */
export function syncUnderTest(parts: Partial<SyncDefinition> = {}): SyncDefinition {
  return {
    sync: 'contacts-to-mailing',
    title: 'Contacts',
    from: { system: 'crm', object: 'contact' },
    to: { system: 'mailing', object: 'member' },
    when: { realtime: false },
    match: [],
    fields: [],
    onDelete: 'ignore',
    onInactive: 'sync',
    limits: { deletes: 0.02, changes: 0.3, blanks: 1 },
    rollout: { mode: 'live' },
    ...parts,
  };
}
