import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** historiesFolder holds `<workflow>/<release>-<scenario>.json`. */
export const historiesFolder = fileURLToPath(new URL('./histories', import.meta.url));

/** RecordedHistory is a history as `historyToJSON` gives it. */
export interface RecordedHistory {
  /** Its place below historiesFolder. */
  readonly file: string;
  readonly workflow: string;
  readonly history: unknown;
}

/** recordedHistories finds every history that was ever recorded. */
export function recordedHistories(): RecordedHistory[] {
  return readdirSync(historiesFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({ file, workflow: path.dirname(file), history: JSON.parse(readFileSync(path.join(historiesFolder, file), 'utf8')) as unknown }));
}
