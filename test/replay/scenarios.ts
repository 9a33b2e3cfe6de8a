import type { Scenario } from './scenario.js';

/** More windows than one history takes before the recording server suggests to continue as new. */
const MORE_THAN_ONE_HISTORY = 12;

/** scenarios are the courses that are recorded for a release: every branch of every workflow. */
export const scenarios: readonly Scenario[] = [
  { workflow: 'sync', name: 'incremental' },
  { workflow: 'sync', name: 'measured', measureWindows: 2 },
  { workflow: 'sync', name: 'held-before-writing', measureWindows: 2, measureHolds: 'The run would change more than 30 % of the 1,000 linked records.' },
  { workflow: 'sync', name: 'stopped-while-measuring', measureWindows: 2, during: { moment: 'first measuring window', intervention: 'stop' } },
  { workflow: 'sync', name: 'failed-while-measuring', measureWindows: 1, fails: 'measureChanges' },
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
  { workflow: 'sync', name: 'both-ways', twoWay: true },
  { workflow: 'sync', name: 'both-ways-held', twoWay: true, held: 'It would remove 40 of 100 records; the limit is 2%.' },
  { workflow: 'sync', name: 'both-ways-stopped', twoWay: true, during: { moment: 'first window', intervention: 'stop' } },
  { workflow: 'backfill', name: 'succeeded', mode: 'backfill' },
  { workflow: 'backfill', name: 'continued-as-new', mode: 'backfill', windows: MORE_THAN_ONE_HISTORY },
  { workflow: 'plan', name: 'succeeded', mode: 'plan' },
  { workflow: 'plan', name: 'failed', mode: 'plan', fails: 'syncWindow' },
  { workflow: 'scheduledSync', name: 'succeeded' },
  { workflow: 'scheduledSync', name: 'skipped', anotherRunsAlready: true },
  { workflow: 'scheduledSync', name: 'failed', fails: 'syncWindow' },
];
