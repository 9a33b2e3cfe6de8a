export { applyPlan } from './apply-plan.js';
export { backfill } from './backfill.js';
export { plan } from './plan.js';
export { planUndo } from './plan-undo.js';
export { scheduledSync } from './scheduled-sync.js';
export { sync } from './sync.js';
