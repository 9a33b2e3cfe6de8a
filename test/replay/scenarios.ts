import type { Scenario } from './scenario.js';

/** More windows than one history takes before the recording server suggests to continue as new. */
const MORE_THAN_ONE_HISTORY = 12;

/** scenarios are the courses that are recorded for a release: every branch of every workflow. */
export const scenarios: readonly Scenario[] = [
  { workflow: 'sync', name: 'incremental' },
  { workflow: 'sync', name: 'first-run-with-index', indexWindows: 2 },
  { workflow: 'sync', name: 'full-with-removals', mode: 'full', removes: true },
  { workflow: 'sync', name: 'full-with-removals-allowed', mode: 'full', removes: true, allowRemovals: true },
  { workflow: 'sync', name: 'held', mode: 'full', removes: true, held: 'It would remove 40 of 100 records; the limit is 2%.' },
  { workflow: 'sync', name: 'stopped', during: { moment: 'first window', intervention: 'stop' } },
  { workflow: 'sync', name: 'stopped-while-indexing', indexWindows: 2, during: { moment: 'first index window', intervention: 'stop' } },
  { workflow: 'sync', name: 'stopped-before-removals', mode: 'full', removes: true, during: { moment: 'second window', intervention: 'stop' } },
  { workflow: 'sync', name: 'paused-and-resumed', during: { moment: 'first window', intervention: 'pause' }, whilePaused: 'resume' },
  { workflow: 'sync', name: 'paused-and-stopped', during: { moment: 'first window', intervention: 'pause' }, whilePaused: 'stop' },
  { workflow: 'sync', name: 'cancelled', during: { moment: 'first window', intervention: 'cancel' } },
  { workflow: 'sync', name: 'failed', fails: 'syncWindow' },
  { workflow: 'sync', name: 'failed-while-removing', mode: 'full', removes: true, fails: 'removeMissing' },
  { workflow: 'sync', name: 'not-opened', fails: 'startRun' },
  { workflow: 'sync', name: 'continued-as-new', windows: MORE_THAN_ONE_HISTORY },
  { workflow: 'backfill', name: 'succeeded', mode: 'backfill' },
  { workflow: 'backfill', name: 'continued-as-new', mode: 'backfill', windows: MORE_THAN_ONE_HISTORY },
  { workflow: 'plan', name: 'succeeded', mode: 'plan' },
  { workflow: 'plan', name: 'failed', mode: 'plan', fails: 'syncWindow' },
  { workflow: 'scheduledSync', name: 'succeeded' },
  { workflow: 'scheduledSync', name: 'skipped', anotherRunsAlready: true },
  { workflow: 'scheduledSync', name: 'failed', fails: 'syncWindow' },
  { workflow: 'applyPlan', name: 'succeeded' },
  { workflow: 'applyPlan', name: 'held', misfits: 3 },
  { workflow: 'applyPlan', name: 'not-opened', fails: 'startApply' },
  { workflow: 'applyPlan', name: 'failed', fails: 'applyWindow' },
  { workflow: 'applyPlan', name: 'stopped', during: { moment: 'first window', intervention: 'stop' } },
  { workflow: 'applyPlan', name: 'paused-and-resumed', during: { moment: 'first window', intervention: 'pause' }, whilePaused: 'resume' },
  { workflow: 'applyPlan', name: 'cancelled', during: { moment: 'first window', intervention: 'cancel' } },
  { workflow: 'applyPlan', name: 'continued-as-new', windows: MORE_THAN_ONE_HISTORY },
  { workflow: 'planUndo', name: 'succeeded' },
  { workflow: 'planUndo', name: 'not-opened', fails: 'startUndo' },
  { workflow: 'planUndo', name: 'failed', fails: 'undoWindow' },
  { workflow: 'planUndo', name: 'stopped', during: { moment: 'first window', intervention: 'stop' } },
  { workflow: 'planUndo', name: 'continued-as-new', windows: MORE_THAN_ONE_HISTORY },
];
