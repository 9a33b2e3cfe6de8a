/** Rate measures how fast a count grows, over the last seconds. */
export class Rate {
  private samples: { readonly atMs: number; readonly value: number }[] = [];

  constructor(private readonly windowMs = 15_000) {}

  /** add takes a count at a time, epoch milliseconds; a count that went back begins anew. */
  add(value: number, atMs: number): void {
    if (value < (this.samples.at(-1)?.value ?? 0)) this.samples = [];
    this.samples.push({ atMs, value });
    while (this.samples.length > 2 && atMs - (this.samples[0]?.atMs ?? atMs) > this.windowMs) this.samples.shift();
  }

  /** perSecond is the growth a second; null before a second has been seen. */
  perSecond(): number | null {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < 1000) return null;
    return ((last.value - first.value) * 1000) / (last.atMs - first.atMs);
  }
}
