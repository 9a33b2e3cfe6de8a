import { compileCondition } from '../domain/condition.js';
import { outlineOf } from '../domain/handoff/outline.js';
import { HandoffWalk } from '../domain/handoff/walk.js';
import type { JsonObject } from '../contracts/json.js';
import { compileSetter } from '../domain/json-pointer.js';
import { HandoffRehearsal, type RehearsalSurroundings } from './handoff-rehearsal.js';
import type { Rehearsal } from './rehearsal.js';

function withValues({ trigger, choices }: RehearsalSurroundings): JsonObject {
  const changed = JSON.parse(JSON.stringify({ trigger })) as { readonly trigger: JsonObject };
  for (const [place, value] of choices.values) if (place.startsWith('/trigger/')) compileSetter(place)(changed, value);
  return changed.trigger;
}

/**
 * rehearseHandoff goes through a handoff for one record as its workflow would, by the same walk over the same outline.
 * It reads, plans every write and sends none, and waits for nothing. Throws what is no failure of a step.
 */
export async function rehearseHandoff(around: RehearsalSurroundings, nowMs: number): Promise<Rehearsal> {
  const { definition } = around;
  const trigger = withValues(around);
  const host = new HandoffRehearsal({ ...around, trigger }, nowMs);
  await new HandoffWalk(host).follow(outlineOf(definition.steps));
  const { over, parked, steps, undoable } = host;
  const failed = over?.kind === 'failure';
  return {
    begins: definition.trigger.when === undefined || compileCondition(definition.trigger.when)(trigger),
    steps, endsAtMs: host.nowMs, message: over?.message ?? null,
    state: !failed ? 'succeeded' : parked ? 'parked' : 'compensated',
    undone: failed && !parked ? undoable.toReversed() : [],
  };
}
