import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

/** Waiver lets a check of a connector fail, for a reason. */
export interface Waiver {
  readonly connector: string;
  readonly check: string;
  /** Part of what is told of the failure. */
  readonly match: string;
  readonly reason: string;
}

/** readWaivers reads test/connectors/waivers.yaml. */
export function readWaivers(): readonly Waiver[] {
  return (parse(readFileSync(resolve(import.meta.dirname, '../waivers.yaml'), 'utf8')) ?? []) as readonly Waiver[];
}

/** judge gives the reasons for which failures are waived; throws for a failure without a waiver and for a waiver without a failure. */
export function judge(failures: readonly string[], waivers: readonly Waiver[]): readonly string[] {
  const open = failures.filter((failure) => !waivers.some(({ match }) => failure.includes(match)));
  if (open.length > 0) throw new Error(open.join('\n'));
  const idle = waivers.filter(({ match }) => !failures.some((failure) => failure.includes(match)));
  if (idle.length > 0) throw new Error(`waivers that are no longer needed: ${idle.map(({ match }) => match).join('; ')}`);
  return [...new Set(waivers.map(({ reason }) => reason))];
}
