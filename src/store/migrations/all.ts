import { foundation } from './0001-foundation.js';
import { failures } from './0002-failures.js';
import { twoWay } from './0003-two-way.js';
import { plans } from './0004-plans.js';
import { letters } from './0005-letters.js';
import { reconciliation } from './0006-reconciliation.js';
import { quality } from './0007-quality.js';
import { identity } from './0008-identity.js';
import { inbox } from './0009-inbox.js';
import { handoffs } from './0010-handoffs.js';
import { approvals } from './0011-approvals.js';
import { notifications } from './0012-notifications.js';
import { conflictDecisions } from './0013-conflict-decisions.js';
import { twoWayUndo } from './0014-two-way-undo.js';
import { approvalPeople } from './0015-approval-people.js';
import { deliveries } from './0017-deliveries.js';
import { alerts } from './0018-alerts.js';
import { strategy } from './0019-strategy.js';
import { outbound } from './0021-outbound.js';
import { recordBirths } from './0022-record-births.js';
import { oauth } from './0023-oauth.js';
import { drift } from './0027-drift.js';

/** migrations are all changes to the schema, oldest first; entries are only ever added at the end. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-foundation', sql: foundation },
  { name: '0002-failures', sql: failures },
  { name: '0003-two-way', sql: twoWay },
  { name: '0004-plans', sql: plans },
  { name: '0005-letters', sql: letters },
  { name: '0006-reconciliation', sql: reconciliation },
  { name: '0007-quality', sql: quality },
  { name: '0008-identity', sql: identity },
  { name: '0009-inbox', sql: inbox },
  { name: '0010-handoffs', sql: handoffs },
  { name: '0011-approvals', sql: approvals },
  { name: '0012-notifications', sql: notifications },
  { name: '0013-conflict-decisions', sql: conflictDecisions },
  { name: '0014-two-way-undo', sql: twoWayUndo },
  { name: '0015-approval-people', sql: approvalPeople },
  { name: '0017-deliveries', sql: deliveries },
  { name: '0018-alerts', sql: alerts },
  { name: '0019-strategy', sql: strategy },
  { name: '0022-record-births', sql: recordBirths },
  { name: '0021-outbound', sql: outbound },
  { name: '0023-oauth', sql: oauth },
  { name: '0027-drift', sql: drift },
];
