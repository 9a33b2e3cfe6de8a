import type { LetterPreview } from '../../contracts/dead-letter.js';
import type { DeadLetterDetail } from '../../store/dead-letter-lookup.js';
import { readDefinition } from '../../store/definitions.js';
import { openLetter, redrivable } from '../../store/letter-work.js';
import { readPreview } from '../../store/letter-previews.js';
import type { CommandContext } from '../run-command.js';
import { failedRun } from '../runs/failed-run.js';
import { plannedWriteText, type PlannedSync } from '../runs/plan-text.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { wrapped } from '../terminal/wrap.js';
import { theLetter } from './letters-report.js';
import { personOf } from './person.js';
import { refusable } from './work-reports.js';

/** PreviewOptions is on which version a redrive is previewed, and by whom. */
export interface PreviewOptions {
  readonly by?: string;
  readonly version?: number;
}

/** previewReport says what a redrive of a letter would write; nothing is sent. */
export async function previewReport({ session }: CommandContext, idPart: string, options: PreviewOptions): Promise<Report> {
  const database = await session.database();
  const letter = await refusable(async () => openLetter(database, (await theLetter(database, idPart)).id));
  await refusable(async () => { redrivable(letter); });
  const { sync, id } = letter;
  const handle = await (await session.crosswalk()).previewRedrive(sync, { letters: { kind: 'letter', id }, by: personOf(options), ...(options.version === undefined ? {} : { version: options.version }) });
  const ended = await handle.result().then((result) => ({ result }), (error: unknown) => ({ error }));
  if ('error' in ended) return failedRun(database, { handle, error: ended.error, runId: null, url: session.workflowUrl(handle.workflowId, handle.temporalRunId) });
  const preview = await readPreview(database, ended.result.runId);
  const definition = (await readDefinition(database, 'sync', sync, preview.definitionVersion))?.body;
  return { data: { letter: { id, sync, sourceId: letter.sourceId }, ...preview }, text: (style) => previewText(letter, preview, definition, style) };
}

/** previewText shows what a redrive would write, or why the record would be parked again. */
export function previewText(letter: Pick<DeadLetterDetail, 'code' | 'edit' | 'sync'>, { definitionVersion, writes, problems }: LetterPreview, sync: PlannedSync | undefined, style: Style): string {
  const { colors } = style;
  const used = letter.edit === null ? 'the record as the source holds it' : `the copy that ${printable(letter.edit.by)} has edited, unless the source has changed since`;
  return [
    colors.dim(`On version ${definitionVersion} of ${letter.sync}, with ${used}:`),
    ...(sync === undefined ? [] : writes.map((write) => plannedWriteText(write, sync, style))),
    ...problems.flatMap(({ problems: fields, message, stage, code }) => [
      colors.red(`  would be parked again: ${stage} ${code}`),
      ...(fields.length > 0 ? fields.map((problem) => wrapped(`${problem.field}: ${problem.message}`, style, '    ')) : [wrapped(message, style, '    ')]),
    ]),
    ...(writes.length + problems.length === 0 ? [nothing(letter.code)] : []),
    'Nothing has been written.',
  ].join('\n');
}

function nothing(code: string): string {
  return code === 'unknown-outcome'
    ? '  A redrive looks first whether the write whose answer was lost was executed; what follows depends on that.'
    : '  Nothing would be written: both sides agree, or the record is gone or out of the sync\'s scope. A redrive closes the letter.';
}
