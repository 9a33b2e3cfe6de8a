import { mayAnswer, type Standing } from './standing.js';

/** Moment is what happens next if nobody answers. */
export interface Moment {
  readonly kind: 'reminder' | 'escalation' | 'expiry';
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** nextMoment is the earliest thing to come; undefined once the approval is closed. At the same time, expiry comes first. */
export function nextMoment({ asked: { policy, openedAtMs }, state, reminders, escalated }: Standing): Moment | undefined {
  if (state !== 'open') return undefined;
  const moments: Moment[] = [{ kind: 'expiry', atMs: openedAtMs + policy.expireAfterMs }];
  if (policy.escalateAfterMs !== null && !escalated) moments.push({ kind: 'escalation', atMs: openedAtMs + policy.escalateAfterMs });
  const remindAfterMs = policy.remindAfterMs[reminders];
  if (remindAfterMs !== undefined) moments.push({ kind: 'reminder', atMs: openedAtMs + remindAfterMs });
  return moments.reduce((first, moment) => (moment.atMs < first.atMs ? moment : first));
}

/** Passed is an approval after a moment, with who is told and under which name it is recorded. */
export interface Passed {
  readonly standing: Standing;
  readonly event: string;
  readonly told: readonly string[];
}

/** passMoment lets a moment come to pass: reminders go to those who have not answered, an escalation to those who now may. */
export function passMoment(standing: Standing, { kind }: Moment): Passed {
  if (kind === 'expiry') return { standing: { ...standing, state: 'expired' }, event: 'expiry', told: [] };
  if (kind === 'escalation') {
    const next = { ...standing, escalated: true };
    const before = mayAnswer(standing);
    return { standing: next, event: 'escalation', told: mayAnswer(next).filter((person) => !before.includes(person)) };
  }
  const next = { ...standing, reminders: standing.reminders + 1 };
  return { standing: next, event: `reminder-${next.reminders}`, told: mayAnswer(standing).filter((entry) => !standing.approvedBy.includes(entry)) };
}
