import { readFile } from 'node:fs/promises';
import { editSync, SyncEditError } from '../../config/edit/edit-sync.js';
import { replaceFile } from '../../config/edit/replace-file.js';
import { importMapping, type MappingImport } from '../../spreadsheet/import-mapping.js';
import { readSpreadsheet } from '../../spreadsheet/read-spreadsheet.js';
import { badInput } from '../command-error.js';
import { diffLines, hunks, type DiffLine } from '../definitions/text-diff.js';
import { exitCodes } from '../exit-codes.js';
import type { Report } from '../terminal/report.js';
import { readSources, type FolderOption } from './definition-of-sync.js';
import { importText } from './import-text.js';
import { asBadInput } from './spreadsheet-failure.js';

/** ImportOptions is how a mapping is imported. */
export interface ImportOptions extends FolderOption {
  readonly dryRun?: boolean;
  readonly sync?: string;
}

/** importReport takes the mapping of a sync from a spreadsheet and says what changed; throws CommandError. */
export async function importReport(file: string, options: ImportOptions): Promise<Report> {
  const sources = await readSources(options);
  const imported = await asBadInput(file, async () => importMapping(await readSpreadsheet(file), sources, options.sync));
  const { source, sync, edit, findings, examples } = imported;
  const refused = findings.some(({ level }) => level === 'error');
  const before = await readFile(source.file, 'utf8');
  const after = edited(before, imported, refused);
  const diff: readonly (DiffLine | null)[] = after === before ? [] : hunks(diffLines(before, after));
  const writes = !refused && after !== before && options.dryRun !== true;
  if (writes) await replaceFile(source.file, before, after);
  return {
    data: { sync, file: source.file, written: writes, findings, examples, changes: edit.changes, reordered: edit.reordered, frequencyChanges: edit.when.size > 0, diff },
    text: (style) => importText({ spreadsheet: file, definition: source.file, sync, findings, examples, changes: edit.changes, diff, refused, written: writes }, style),
    exitCode: refused ? exitCodes.usage : exitCodes.done,
  };
}

/** The YAML as it would be; the one there is where it cannot be made, which matters only where nothing else is wrong. */
function edited(before: string, { sync, edit, source }: MappingImport, refused: boolean): string {
  try {
    return editSync(before, { sync, fields: edit.fields, when: edit.when });
  } catch (error) {
    if (!(error instanceof SyncEditError)) throw error;
    if (refused) return before;
    throw badInput(`The definition cannot be changed by a program: ${error.message}.`, { where: source.file, todo: 'Write "fields" as a list with one mapping an entry, without anchors, or make the change by hand.' });
  }
}
