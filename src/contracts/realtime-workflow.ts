/** RealtimeInput starts the workflow that carries a sync's announced changes over. */
export interface RealtimeInput {
  readonly sync: string;
}

/** RealtimeActivities are the activities around the inbox; workflows know them by this interface only. */
export interface RealtimeActivities {
  /** takeAnnounced takes all that waits for a sync; returns how many records that is. */
  takeAnnounced(input: { readonly sync: string; readonly takenBy: string }): Promise<number>;
  /** finishAnnounced forgets what was taken, but for what has been announced again since. */
  finishAnnounced(input: { readonly takenBy: string }): Promise<void>;
}
