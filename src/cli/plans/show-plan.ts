import { once } from 'node:events';
import { planPage } from '../../store/plan-page.js';
import { countRefusals } from '../../store/plan-refusals.js';
import { readPlanned } from '../../store/plan-writes.js';
import { recentPlans } from '../../store/plans.js';
import { readDefinition } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { findPlan } from './find-plan.js';
import { planPartText, plansText } from './plans-text.js';

/** plansReport is what `crosswalk plans` says; throws CommandError for a sync that there is not. */
export async function plansReport({ session }: CommandContext, { sync, limit }: { readonly sync?: string; readonly limit: number }): Promise<Report> {
  const database = await session.database();
  const plans = await recentPlans(database, limit, sync);
  if (sync !== undefined && plans.length === 0) await activeSync(database, sync);
  return { data: { plans }, text: (style) => plansText(plans, style) };
}

/** ShowPlanOptions is which part of a plan is shown. */
export interface ShowPlanOptions {
  readonly limit: number;
  /** Id of the last write that was shown before. */
  readonly after?: string;
  /** Every write as a JSON document on a line of its own. */
  readonly lines?: boolean;
}

/** showPlan is what `crosswalk plans show` says; throws CommandError unless exactly one plan is meant. */
export async function showPlan({ session, signal }: CommandContext, id: string, { limit, after, lines }: ShowPlanOptions): Promise<Report> {
  const database = await session.database();
  const plan = await findPlan(database, id);
  if (after !== undefined && !/^[0-9a-f-]{36}$/i.test(after)) throw badInput(`"${after.slice(0, 60)}" is no id of a write.`, { todo: 'Give the "nextWrite" of the part before, as "--json" shows it.' });
  if (lines === true) {
    await printLines(signal, (last) => readPlanned(database, plan.id, { after: last ?? after, limit: 500 }));
    return { data: null, text: () => '', silent: true };
  }
  const page = await planPage(database, plan, { limit, afterWrite: after });
  const refused = await countRefusals(database, plan.state === 'unfit' ? plan.appliedRun?.id ?? plan.id : plan.id);
  const sync = (await readDefinition(database, 'sync', plan.sync, plan.definitionVersion))?.body;
  return { data: { ...page, refused }, text: (style) => planPartText({ plan, writes: page.writes, refusals: page.refusals, refused, sync }, style) };
}

// A plan of any size is printed in the memory of one page.
async function printLines<Item extends { readonly id: string }>(signal: AbortSignal, next: (last: string | undefined) => Promise<readonly Item[]>): Promise<void> {
  for (let last: string | undefined; !signal.aborted;) {
    const items = await next(last);
    if (items.length === 0) return;
    if (!process.stdout.write(items.map((item) => `${JSON.stringify(item)}\n`).join(''))) await once(process.stdout, 'drain', { signal });
    last = items.at(-1)?.id;
  }
}
