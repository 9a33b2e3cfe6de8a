/** RealtimeInput starts the workflow that carries a sync's announced changes over. */
export interface RealtimeInput {
  readonly sync: string;
}

/** RealtimeActivities are the activities around the inbox; workflows know them by this interface only. */
export interface RealtimeActivities {
  /**
   * carryAnnounced takes all that waits for a sync, and where that is a few records of a sync that can be asked for them,
   * has them read by their ids and written, as one run. `left` is what it took as `takenBy` and left to a run of the sync.
   */
  carryAnnounced(input: { readonly sync: string; readonly takenBy: string; readonly workflowId: string }): Promise<'nothing' | 'carried' | 'left'>;
  /** finishAnnounced forgets what was taken, but for what has been announced again since. */
  finishAnnounced(input: { readonly takenBy: string }): Promise<void>;
}
