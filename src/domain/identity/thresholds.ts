/** Thresholds are probabilities: from `link` on two records are one by themselves, from `review` on a person is asked. */
export interface Thresholds {
  readonly link: number;
  readonly review: number;
}

/** defaultThresholds link where at most one in a hundred is wrong, and ask where at least one in ten is right. */
export const defaultThresholds: Thresholds = { link: 0.99, review: 0.1 };
