import type { Json } from '../../src/contracts/json.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import type { Intent } from '../../src/store/ledger.js';
import type { OpenPage } from './page-tracker.js';

/** PlannedWrite is a write that the planner decided on, on its way to the target. */
export interface PlannedWrite {
  readonly intent: Intent;
  readonly page: OpenPage;
  /** Strong keys that the entity has once the write is acknowledged, and those it no longer has. */
  readonly keys: readonly StrongKeyValue[];
  readonly droppedKeys: readonly StrongKeyValue[];
  /** The source record, for a dead letter; its values are not sent anywhere. */
  readonly payload: Json;
  /** How often this change was sent before and met a newer version. */
  readonly conflicts: number;
  /** The planned write of a stored plan that this write carries out. */
  readonly plannedId?: string;
}
