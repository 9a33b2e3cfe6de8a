import type { FieldMapping, RemovalRule, SyncDefinition } from '../contracts/sync-definition.js';
import { defaultReconcileRule, isTwoWay } from '../contracts/sync-definition.js';
import { defaultStrategyRule } from '../contracts/strategy.js';
import { conditionWords } from './condition-words.js';
import { line, section, type Explanation, type ExplanationLine } from './explanation.js';
import { valueWords } from './value-words.js';
import { clock, named, oneOf, series, share, span } from './words.js';

/** explainSync says a sync in plain sentences: what it carries where, when, which record is which, and what it must not do. */
export function explainSync(sync: SyncDefinition): Explanation {
  const { from, to, owner, scope, rollout, limits } = sync;
  const both = isTwoWay(sync);
  const source = `${from.object} in ${from.system}`;
  const target = `${to.object} in ${to.system}`;
  return {
    title: sync.title, subject: `sync ${sync.sync}`,
    sections: [
      ...section('What it does', [
        `It carries each ${source} to ${oneOf(target)}${both ? ', and changes of some fields back' : ''}.`,
        scope === undefined ? undefined : `Only where ${conditionWords(scope)}.`,
        rollout.cohort === undefined ? undefined : `For now only where ${conditionWords(rollout.cohort)}.`,
        rollout.mode === 'paused' ? 'It is paused: it does not run.' : rollout.mode === 'shadow' ? 'It is on trial: it finds out what it would write, and writes nothing.' : undefined,
        sync.creates === 'both' ? `What is new in ${to.system} is made in ${from.system} as well.` : undefined,
        owner === undefined ? undefined : `The department ${owner} answers for it.`,
      ]),
      ...section('When it runs', whenLines(sync)),
      ...section('Which record is which', matchLines(sync)),
      ...section('Fields', sync.fields.map((field) => fieldLine(field, both))),
      ...section('When a record is gone', [
        `Deleted in ${from.system}: ${removal(sync.onDelete, to.system)}.`,
        `Inactive in ${from.system}: ${sync.onInactive === 'sync' ? 'it is carried over like any other' : sync.onInactive === 'archive' ? `it is archived in ${to.system}` : 'nothing happens'}.`,
        sync.onTargetDelete === undefined ? undefined : `Deleted in ${to.system}: ${removal(sync.onTargetDelete, from.system)}.`,
      ]),
      ...section('What stops it', [
        `A run that would remove more than ${share(limits.deletes)} of the linked records, change more than ${share(limits.changes)} of them, or take the value of one and the same field from more than ${share(limits.blanks)} of what it changes, is held until a person allows it.`,
        'A record that cannot be mapped or is refused becomes a dead letter; the others go on.',
      ]),
    ],
  };
}

function whenLines({ when, reconcile = defaultReconcileRule, strategy }: SyncDefinition): readonly string[] {
  const { realtime, everyMs, fullRead } = when;
  const rule = strategy === undefined ? defaultStrategyRule : strategy;
  return [
    ...(realtime ? ['At once, when a webhook announces a change.'] : []),
    ...(everyMs === undefined ? [] : [`Every ${span(everyMs)}, for what has changed since.`]),
    ...(fullRead === undefined ? [] : [`Every day at ${clock(fullRead.hour, fullRead.minute)} (${fullRead.timeZone}) everything is read, so that deleted records are noticed.`]),
    ...(!realtime && everyMs === undefined && fullRead === undefined ? ['Only when somebody starts it.'] : []),
    ...(realtime && everyMs !== undefined && rule !== null
      ? [`While announced changes take longer than ${span(rule.latencyMs)}, or more than ${share(rule.loss)} of the changes come unannounced, it runs more often, up to every ${span(rule.leastMs)}.`] : []),
    reconcile.at === null ? 'Both sides are compared only when somebody starts it.'
      : `Every day at ${clock(reconcile.at.hour, reconcile.at.minute)} (${reconcile.at.timeZone}) both sides are compared; more than ${share(reconcile.alertAbove)} differences raise an alert.`,
  ];
}

function matchLines({ match, score }: SyncDefinition): readonly (ExplanationLine | string)[] {
  const keys = match.map(({ field, kind }) => `${named(field)}${kind === 'text' ? '' : ` (compared as ${kind === 'email' ? 'an e-mail address' : 'a telephone number'})`}`);
  return [
    'Records that are linked stay linked, whatever changes in them.',
    ...(keys.length === 0 ? [] : [`Otherwise, records with the same ${series(keys, 'or else the same')} are the same.`]),
    ...(score === undefined ? [] : [line(`Otherwise they are compared by ${series(score.fields.map(({ field }) => named(field)))}: linked from a probability of ${share(score.link)} on, shown to a person from ${share(score.review)} on.`)]),
    'What has no counterpart is made.',
  ];
}

function fieldLine(mapping: FieldMapping, both: boolean): ExplanationLine {
  const { to, from, direction, conflict } = mapping;
  const flow = !both ? '' : direction === 'both' ? ` Both ways; where both sides changed it, ${CONFLICTS[conflict ?? 'ask']}.` : direction === 'back' ? ' Backwards only.' : ' Forwards only.';
  const same = from.length === 1 && named(from[0] ?? '') === named(to);
  const words = valueWords(mapping);
  return line(`${named(to)}: ${same ? words.replace(named(to), 'the same') : words}.${flow}`);
}

const CONFLICTS = {
  source: 'the source wins', target: 'the target wins', latest: 'the later change wins', longest: 'the longer value wins', union: 'both are joined', ask: 'a person is asked',
} as const;

function removal(rule: RemovalRule, system: string): string {
  return { ignore: 'nothing happens', archive: `it is archived in ${system}`, delete: `it is deleted in ${system}`, unlink: `it stays in ${system}, and the link is taken off` }[rule];
}
