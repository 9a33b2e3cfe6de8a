import type { SchedulePause } from '../contracts/schedule-view.js';
import { noteOfOwned, noteOfPaused } from './desired-schedule.js';

/** pauseNote is the note of a schedule that a person pauses; the Temporal UI shows it too. */
export function pauseNote(by: string, reason: string): string {
  // A colon ends the name in the note.
  return `Paused by ${oneLine(by).replaceAll(':', '')}: ${oneLine(reason)}`;
}

/** resumeNote is the note of a schedule that a person lets go on. */
export function resumeNote(by: string, reason: string): string {
  return `${noteOfOwned} Resumed by ${oneLine(by)}${reason === '' ? '.' : `: ${oneLine(reason)}`}`;
}

/** pauseOf reads who holds a schedule back, and why; null where nobody does. */
export function pauseOf({ paused, note }: { readonly paused: boolean; readonly note: string }): SchedulePause | null {
  if (!paused) return null;
  if (note === noteOfPaused) return { byDefinition: true, by: null, reason: 'rollout: { mode: paused }' };
  const [, by, reason] = /^Paused by ([^:]{1,100}): (.*)$/s.exec(note) ?? [];
  return { byDefinition: false, by: by ?? null, reason: reason ?? note };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
