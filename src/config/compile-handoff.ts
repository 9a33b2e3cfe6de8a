import type { ActionStep, HandoffDefinition, HandoffField, HandoffStep, StepFailureRule } from '../contracts/handoff-definition.js';
import type { ObjectReference } from '../contracts/sync-definition.js';
import { teamEntry } from '../domain/approval/team-entry.js';
import { requiredCondition } from './compile-condition.js';
import { compileMapping } from './compile-sync.js';
import { durationMs } from './duration.js';
import { parseObjectReference } from './object-name.js';
import { businessHours, type AuthorField, type AuthorHandoff, type AuthorStep } from './schema/handoff-schema.js';

/** compileHandoff makes a definition that runs of one that has been checked. Throws RangeError for one that would not pass the check. */
export function compileHandoff(author: AuthorHandoff): HandoffDefinition {
  return {
    handoff: author.handoff,
    title: author.title ?? author.handoff,
    ...(author.owner === undefined ? {} : { owner: author.owner }),
    trigger: { on: reference(author.on), ...(author.when === undefined ? {} : { when: requiredCondition(author.when) }) },
    once: author.once === undefined ? [] : typeof author.once === 'string' ? [author.once] : author.once,
    timeZone: author.timeZone,
    onFailure: author.onFailure,
    steps: author.steps.map((step) => compileStep(step, author.onFailure)),
  };
}

function reference(text: string): ObjectReference {
  const parsed = parseObjectReference(text);
  if (parsed === undefined) throw new RangeError(`not system.object: '${text}'`);
  return parsed;
}

function compileStep(author: AuthorStep, usual: StepFailureRule): HandoffStep {
  const commons = {
    name: author.step,
    title: author.title ?? author.step,
    onFailure: author.onFailure ?? usual,
    ...(author.when === undefined ? {} : { when: requiredCondition(author.when) }),
    ...(author.timeout === undefined ? {} : { timeoutMs: durationMs(author.timeout) }),
    ...(author.retry === undefined ? {} : { retryMs: author.retry.map(durationMs) }),
  };
  const within = (steps: readonly AuthorStep[]): HandoffStep[] => steps.map((step) => compileStep(step, usual));
  const { branch, parallel, forEach, approval, notify } = author;
  if (branch !== undefined) {
    return { ...commons, kind: 'branch', ways: branch.map(({ when, steps }) => ({ ...(when === undefined ? {} : { when: requiredCondition(when) }), steps: within(steps) })) };
  }
  if (parallel !== undefined) return { ...commons, kind: 'parallel', ways: parallel.map(within) };
  if (forEach !== undefined) return { ...commons, kind: 'forEach', list: forEach, as: author.as ?? 'item', steps: within(author.steps ?? []) };
  if (approval !== undefined) {
    return {
      ...commons, kind: 'approval', text: approval.text, fields: approval.show.map(compileField), approvers: [...approval.approvers, ...approval.from.map(teamEntry)], quorum: approval.quorum,
      remindAfterMs: approval.remind.map(durationMs), escalateAfterMs: approval.escalate === undefined ? null : durationMs(approval.escalate.after),
      escalateTo: [...(approval.escalate?.to ?? []), ...(approval.escalate?.teams ?? []).map(teamEntry)], expireAfterMs: durationMs(approval.expire), department: approval.department ?? null,
      ...(approval.requestedBy === undefined ? {} : { requestedBy: approval.requestedBy }),
    };
  }
  if (notify !== undefined) {
    return { ...commons, kind: 'notify', severity: notify.severity, department: notify.department ?? null, channels: notify.channels, text: notify.text, body: notify.body ?? '' };
  }
  if (author.end !== undefined) return { ...commons, kind: 'end', title: author.title ?? author.end };
  return compileAction(author, commons) ?? {
    ...commons, kind: 'wait', events: author.events ?? [],
    ...(author.wait === undefined ? {} : { forMs: durationMs(author.wait) }),
    ...(author.until === undefined ? {} : { until: author.until }),
    ...(author.hours === undefined ? {} : { businessHours: hours(author.hours) }),
  };
}

function hours(text: string): { readonly fromMinute: number; readonly toMinute: number } {
  const parsed = businessHours(text);
  if (parsed === undefined) throw new RangeError(`no business hours: '${text}'`);
  return parsed;
}

/** actions are what a step can do to a record, as the keys are called in definitions. */
export const actions = ['read', 'create', 'ensure', 'update', 'archive'] as const;

function compileAction(author: AuthorStep, commons: Omit<ActionStep, 'kind' | 'does' | 'object' | 'fields'>): ActionStep | undefined {
  const does = actions.find((name) => author[name] !== undefined);
  if (does === undefined) return undefined;
  const { id, by, undo } = author;
  return {
    ...commons, kind: 'action', does, object: reference(author[does] ?? ''), fields: (author.fields ?? []).map(compileField),
    ...(id === undefined ? {} : { id }), ...(by === undefined ? {} : { by }), ...(undo === undefined ? {} : { undo }),
  };
}

function compileField({ text, items, ...mapping }: AuthorField): HandoffField {
  if (text !== undefined) return { kind: 'text', to: mapping.to, text };
  if (items !== undefined) return { kind: 'items', to: mapping.to, items: items.map((fields) => fields.map(compileField)) };
  return { kind: 'mapping', mapping: compileMapping({ ...mapping, direction: 'forward' }, [], { source: '', target: '' }) };
}
