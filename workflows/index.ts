export { backfill } from './backfill.js';
export { plan } from './plan.js';
export { reconcile } from './reconcile.js';
export { scheduledReconcile } from './scheduled-reconcile.js';
export { redrive } from './redrive.js';
export { scheduledSync } from './scheduled-sync.js';
export { sync } from './sync.js';
