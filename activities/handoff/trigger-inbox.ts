import { handoffConsumer } from '../../src/contracts/ids.js';
import type { Database } from '../../src/store/database.js';
import { finishRecords, takeRecords } from '../../src/store/inbox.js';
import { newId } from '../../src/store/new-id.js';
import type { TriggerInbox } from './dependencies.js';

/** triggerInbox is the inbox of webhooks as the place where events wait for handoffs. */
export function triggerInbox(database: Database): TriggerInbox {
  return {
    take: (handoff, most, which) => takeRecords(database, handoffConsumer(handoff), newId(), most, which),
    finish: (handoff, workIds) => finishRecords(database, handoffConsumer(handoff), workIds),
  };
}
