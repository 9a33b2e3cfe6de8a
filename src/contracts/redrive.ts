/** LetterChoice is which records of a sync are meant: those of open dead letters (one, those that share a cause, or all), or the one that a question was answered about. */
export type LetterChoice =
  | { readonly kind: 'letter'; readonly id: string }
  /** `group` is the short id of the cause, as `crosswalk dead-letters --groups` shows it. */
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'all' }
  /** `id` is that of a match question that a person has answered. */
  | { readonly kind: 'answered-match'; readonly id: string };

/** RedriveSelection says which dead letters are tried again, on whose word, and on which version of the definition. */
export interface RedriveSelection {
  readonly letters: LetterChoice;
  /** Who asked for it. */
  readonly by: string;
  /** Version of the sync's definition; absent: the one in force. */
  readonly version?: number;
  /** What a person found at the target; only for one letter whose outcome is not known. */
  readonly finding?: TargetFinding;
}

/**
 * TargetFinding is what a person saw at the target where no probe can tell: the write was not executed and may be sent
 * again, or it was, and this is the record.
 */
export type TargetFinding = { readonly kind: 'not-written' } | { readonly kind: 'written'; readonly externalId: string };
