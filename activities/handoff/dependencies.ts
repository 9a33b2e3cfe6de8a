import type { NewApproval } from '../../src/contracts/approval.js';
import type { NewNotification } from '../../src/contracts/notification.js';
import type { Database } from '../../src/store/database.js';
import type { FirstAttempts } from './first-attempts.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/** HandoffDependencies is what the activities of handoffs work with. */
export interface HandoffDependencies extends SyncDependencies {
  readonly people?: PeopleStore;
  readonly inbox?: TriggerInbox;
  /** Set where this process begins first steps ahead. */
  readonly firstAttempts?: FirstAttempts;
}

/** PeopleStore is where questions to people, and what they are told, are stored. */
export interface PeopleStore {
  openApproval(database: Database, approval: NewApproval): Promise<void>;
  recordNotification(database: Database, notification: NewNotification): Promise<void>;
}

/** TakenEvent is an event that waits for a handoff: the record it is about, and the id under which it is forgotten. */
export interface TakenEvent {
  readonly workId: string;
  readonly recordId: string;
}

/** TriggerInbox is where events wait until a handoff has looked at them. */
export interface TriggerInbox {
  take(handoff: string, most: number, which?: 'all' | 'untaken'): Promise<readonly TakenEvent[]>;
  finish(handoff: string, workIds: readonly string[]): Promise<void>;
}
