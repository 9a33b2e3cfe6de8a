import type { Json } from '../../src/contracts/json.js';
import type { Intent } from '../../src/store/ledger.js';
import type { OpenPage } from './page-tracker.js';

/** PlannedWrite is a write that the planner decided on, on its way to the target. */
export interface PlannedWrite {
  readonly intent: Intent;
  readonly page: OpenPage;
  /** The source record, for a dead letter; its values are not sent anywhere. */
  readonly payload: Json;
  /** How often this change was sent before and met a newer version. */
  readonly conflicts: number;
}
