/** Rate measures how fast a count grows, over the last minute: counts move in steps of a page, which may be seconds apart. */
export class Rate {
  private steps: { readonly atMs: number; readonly value: number }[] = [];

  constructor(private readonly windowMs = 60_000) {}

  /** add takes a count at a time, epoch milliseconds; a count that went back begins anew. */
  add(value: number, atMs: number): void {
    const last = this.steps.at(-1);
    if (last !== undefined && value < last.value) this.steps = [];
    if (last === undefined || value !== last.value) this.steps.push({ atMs, value });
    while (this.steps.length > 2 && atMs - (this.steps[1]?.atMs ?? atMs) > this.windowMs) this.steps.shift();
  }

  /** perSecond is the growth a second up to a time; null before the count has grown for a second. */
  perSecond(nowMs: number): number | null {
    const [first] = this.steps;
    const last = this.steps.at(-1);
    if (first === undefined || last === undefined || last.value === first.value || nowMs - first.atMs < 1000) return null;
    return ((last.value - first.value) * 1000) / (nowMs - first.atMs);
  }
}
