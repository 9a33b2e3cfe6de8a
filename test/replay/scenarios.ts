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
  { workflow: 'plan', name: 'preview', mode: 'plan', redrives: { kind: 'letter', id: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70' } },
  { workflow: 'redrive', name: 'letter', mode: 'redrive', redrives: { kind: 'letter', id: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70' } },
  { workflow: 'redrive', name: 'group', mode: 'redrive', redrives: { kind: 'group', group: '5c1f460b32e5c3f1' } },
  { workflow: 'redrive', name: 'continued-as-new', mode: 'redrive', redrives: { kind: 'all' }, windows: MORE_THAN_ONE_HISTORY },
  { workflow: 'redrive', name: 'stopped', mode: 'redrive', redrives: { kind: 'all' }, during: { moment: 'first window', intervention: 'stop' } },
  { workflow: 'redrive', name: 'failed', mode: 'redrive', redrives: { kind: 'all' }, fails: 'syncWindow' },
  { workflow: 'redrive', name: 'without-letters', mode: 'redrive' },
  { workflow: 'scheduledSync', name: 'succeeded' },
  { workflow: 'scheduledSync', name: 'skipped', anotherRunsAlready: true },
  { workflow: 'scheduledSync', name: 'failed', fails: 'syncWindow' },
];
