import type { HandoffStep } from '../../contracts/handoff-definition.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import { compileGetter, isJsonArray, type MutableJsonObject } from '../json-pointer.js';

/** StepOutput is what one going through a step gave; `path` is its name and, within lists, the positions from 1. */
export interface StepOutput {
  readonly path: string;
  readonly output: JsonObject;
}

/** HandoffFacts is all that the values of a handoff are made of. */
export interface HandoffFacts {
  readonly trigger: JsonObject;
  readonly outputs: readonly StepOutput[];
}

/**
 * handoffValues is what a step may look at: `trigger`, the results of earlier steps by their names, the value of its turn
 * in each list around it, and `step` with its own key. Of steps within a list, only those of the same turn are seen.
 */
export function handoffValues({ trigger, outputs }: HandoffFacts, chain: readonly HandoffStep[], at: readonly number[], key: string): JsonObject {
  const values: MutableJsonObject = { trigger, step: { key } };
  const turn = at.map((index) => String(index + 1));
  for (const { path, output } of outputs) {
    const [name = '', ...positions] = path.split('/');
    if (positions.every((position, level) => position === turn[level])) values[name] = output;
  }
  let level = 0;
  for (const step of chain.slice(0, -1)) {
    if (step.kind !== 'forEach') continue;
    values[step.as] = listOf(values, step.list)[at[level] ?? -1] ?? null;
    level += 1;
  }
  return values;
}

/** listOf is the list at a place among values; empty where there is none. */
export function listOf(values: JsonObject, place: string): readonly Json[] {
  const list = compileGetter(place)(values);
  return isJsonArray(list) ? list : [];
}

/** textOf is the text or number at a place among values; undefined where there is none. */
export function textOf(values: JsonObject, place: string): string | undefined {
  const value = compileGetter(place)(values);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** fillText replaces places such as `{/trigger/name}` in a text by their values; empty where there is none. */
export function fillText(text: string, values: JsonObject): string {
  return text.replaceAll(/\{(\/[^{}]{1,500})\}/g, (_, place: string) => {
    const value = compileGetter(place)(values);
    if (value === undefined || value === null) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}
