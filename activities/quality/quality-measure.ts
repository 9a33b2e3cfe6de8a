import type { QualityFigures } from '../../src/contracts/quality.js';
import type { QualityRunInput } from '../../src/contracts/quality-workflow.js';
import { ruleNames } from '../../src/domain/quality/field-rules.js';
import { keySlots, type KeySlot } from '../../src/domain/quality/record-check.js';
import { storeQualityDay } from '../../src/store/quality-days.js';
import { newestDifferences } from '../../src/store/quality-differences.js';
import { countSurplus, surplusRecords } from '../../src/store/quality-keys.js';
import { addFindings, type NewFinding } from '../../src/store/quality-pages.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { takeQuality, type QualityContext } from './quality-context.js';

/** Department of what nobody answers for. */
const NOBODY = 'unassigned';

/**
 * measureQuality finds out what only shows once every record was read: duplicates, values that are not unique, and what
 * the newest reconciliation says. Then it stores the figures of the day. Repeating it is harmless.
 */
export async function measureQuality(dependencies: SyncDependencies, { runId }: QualityRunInput, heartbeat: Heartbeat): Promise<void> {
  const context = await takeQuality(dependencies, runId);
  const { database, run, definition, system } = context;
  const slots = keySlots(definition);
  const surplus: Record<string, number> = {};
  for (const slot of slots) {
    heartbeat.report({ phase: 'comparing', field: slot.field });
    heartbeat.signal.throwIfAborted();
    surplus[slot.rule] = await countSurplus(database, run.id, [slot.slot]);
    await addFindings(database.pool, run, await surplusFindings(context, slot));
  }
  const { object, owner = system.owner ?? NOBODY, title, targets } = definition;
  await storeQualityDay(database, {
    ...(await figuresOf(context, slots, surplus)), quality: run.quality, title, owner, system: object.system, object: object.object, day: run.day, runId: run.id,
    definitionVersion: run.definitionVersion, targets,
  });
}

async function figuresOf({ database, run, definition }: QualityContext, slots: readonly KeySlot[], surplus: Readonly<Record<string, number>>): Promise<QualityFigures> {
  const numbers = (kind: KeySlot['kind']): number[] => slots.filter((slot) => slot.kind === kind).map(({ slot }) => slot);
  const { records, outOfScope, unreadable, missing, invalid, repairable, rules } = run.counts;
  const differences = await newestDifferences(database, definition.object);
  const names = [...definition.rules.flatMap(ruleNames), ...slots.map(({ rule }) => rule)];
  return {
    records, outOfScope, unreadable, missing, repairable,
    duplicates: await countSurplus(database, run.id, numbers('duplicate')),
    invalid: invalid + (await countSurplus(database, run.id, numbers('unique'), true)),
    differs: differences?.differs ?? null,
    compared: differences?.compared ?? null,
    rules: Object.fromEntries(names.map((rule) => [rule, surplus[rule] ?? rules[rule]?.failed ?? 0])),
  };
}

async function surplusFindings({ database, run, definition }: QualityContext, { slot, kind, field, rule }: KeySlot): Promise<NewFinding[]> {
  const records = await surplusRecords(database, run.id, slot, definition.findings);
  return records.map(({ recordId, firstId, holders }) => ({
    rule, field, check: kind, recordId, excerpt: null, repairable: false,
    message: `${holders} records have the same ${field}, ${firstId.slice(0, 100)} the first of them.`,
  }));
}
