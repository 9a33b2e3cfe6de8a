export { applyPlan } from './apply-plan.js';
export { backfill } from './backfill.js';
export { quality } from './quality.js';
export { qualityRepair } from './quality-repair.js';
export { plan } from './plan.js';
export { planUndo } from './plan-undo.js';
export { reconcile } from './reconcile.js';
export { scheduledReconcile } from './scheduled-reconcile.js';
export { redrive } from './redrive.js';
export { scheduledSync } from './scheduled-sync.js';
export { sync } from './sync.js';
export { dealClosed } from './deal-closed.js';
export { handoffTriggers } from './handoff-triggers.js';
export { onboarding } from './onboarding.js';
export { startHandoffs } from './start-handoffs.js';
// Any other handoff runs under its own business name.
export { carryOutHandoff as default } from './carry-out-handoff.js';
