export { backfill } from './backfill.js';
export { quality } from './quality.js';
export { qualityRepair } from './quality-repair.js';
export { plan } from './plan.js';
export { scheduledSync } from './scheduled-sync.js';
export { sync } from './sync.js';
