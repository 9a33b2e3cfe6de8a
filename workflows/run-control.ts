import { condition, setHandler } from '@temporalio/workflow';
import { noCounts, type RunCounts } from '../src/contracts/run.js';
import type { RunContinued } from '../src/contracts/plan.js';
import type { SyncPhase } from '../src/contracts/sync-workflow.js';
import { pauseSignal, progressQuery, resumeSignal, stopSignal } from './messages.js';

/** RunControl is what people can see of a run and ask of it while it goes on. */
export class RunControl {
  phase: SyncPhase = 'starting';
  counts: RunCounts;
  runId: string | null;
  paused: boolean;
  stopping = false;

  constructor(input: { readonly continued?: RunContinued }) {
    this.runId = input.continued?.runId ?? null;
    this.paused = input.continued?.paused ?? false;
    this.counts = input.continued?.counts ?? noCounts;
    setHandler(pauseSignal, () => { this.paused = true; });
    setHandler(resumeSignal, () => { this.paused = false; });
    setHandler(stopSignal, () => { this.stopping = true; });
    setHandler(progressQuery, () => ({ runId: this.runId, phase: this.phase, paused: this.paused, stopping: this.stopping, counts: this.counts }));
  }

  /** mayGoOn waits while the run is paused, and says whether it should go on. */
  async mayGoOn(): Promise<boolean> {
    await condition(() => !this.paused || this.stopping);
    return !this.stopping;
  }
}
