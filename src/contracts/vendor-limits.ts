/** LimitHeaders names the headers by which a system says how much of a limit is left. */
export interface LimitHeaders {
  readonly remaining: string;
  /** Header that says how much there is in all. */
  readonly limit?: string;
  /** How much there is in all, where no header says so. */
  readonly max?: number;
  /** Header that says when the limit is full again. */
  readonly reset?: string;
  /** How long the limit is counted for; taken where no header says when it is full again. */
  readonly windowMs: number;
  /** Share of the limit from which on what is left is spread over the time until it is full again. */
  readonly low: number;
}
