import { createHash } from 'node:crypto';
import type { HandoffDefinition, HandoffStep } from '../../src/contracts/handoff-definition.js';
import type { StepInput } from '../../src/contracts/handoff.js';
import { stepPath } from '../../src/contracts/ids.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { entersStep } from '../../src/domain/handoff/decide-step.js';
import { stepChain } from '../../src/domain/handoff/outline.js';
import { handoffValues } from '../../src/domain/handoff/values.js';
import type { Database } from '../../src/store/database.js';
import { lookAtHandoff, type HandoffLook } from '../../src/store/handoff-look.js';
import type { HandoffRun } from '../../src/store/handoff-runs.js';
import { beginStep, type HandoffStepRow } from '../../src/store/handoff-steps.js';
import { pinnedDefinition } from '../../src/store/pinned-definitions.js';
import { definitionUnusable, handoffNotThere } from '../failure.js';
import type { Hold } from './first-attempts.js';

/** StepContext is all that one attempt at a step works with. */
export interface StepContext {
  readonly database: Database;
  readonly handoff: HandoffRun;
  readonly definition: HandoffDefinition;
  readonly step: HandoffStep;
  readonly path: string;
  /** What the ledger calls the step: the handoff, its record and the path of the step. */
  readonly sourceId: string;
  /** The same for every attempt at the step, and for no other step. */
  readonly idempotencyKey: string;
  readonly values: JsonObject;
  readonly row: HandoffStepRow | undefined;
  readonly look: HandoffLook;
  readonly hold?: Hold;
}

/** loadStep loads the definition that a handoff is pinned to, and the values that a step may look at. */
export async function loadStep(database: Database, { runId, name, at }: StepInput, known: { readonly look?: HandoffLook; readonly hold?: Hold } = {}): Promise<StepContext> {
  const look = known.look ?? (await lookAtHandoff(database, runId));
  if (look === undefined) throw handoffNotThere(runId);
  const { handoff, steps: rows } = look;
  const stored = look.definition === undefined ? undefined : await pinnedDefinition(database, 'handoff', look.definition);
  const chain = stored === undefined ? undefined : stepChain(stored.body, name);
  const step = chain?.at(-1);
  if (stored === undefined || chain === undefined || step === undefined) throw definitionUnusable(`Handoff "${handoff.handoff}" has no step "${name}" in version ${handoff.run.definitionVersion}.`);
  const path = stepPath({ name, at });
  const idempotencyKey = stepKey(runId, path);
  const outputs = rows.flatMap((row) => (row.output === null ? [] : [{ path: row.path, output: row.output }]));
  return {
    database, look, handoff, definition: stored.body, step, path, idempotencyKey,
    sourceId: `${handoff.record.system}-${handoff.record.object}-${handoff.record.id}/v${handoff.key}/${path}`,
    values: handoffValues({ trigger: handoff.trigger, outputs }, chain, at, idempotencyKey),
    row: rows.find((row) => row.path === path),
    ...(known.hold === undefined ? {} : { hold: known.hold }),
  };
}

/** stepKey is the idempotency key of a step: a UUID of version 8 (RFC 9562) made of the handoff and the path. */
export function stepKey(runId: string, path: string): string {
  const hex = createHash('sha256').update(`${runId}/${path}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** enterStep stores that a step begins, and says whether its condition holds. */
export async function enterStep({ database, handoff, step, path, values }: StepContext): Promise<boolean> {
  await beginStep(database, handoff.id, path, step.name);
  return entersStep(step, values);
}
