import { writeFile } from 'node:fs/promises';
import { hasErrors } from '../../config/finding.js';
import { schemaFindings } from '../../config/schema-findings.js';
import { syncSchema } from '../../config/schema/sync-schema.js';
import { exportMapping, type SpreadsheetFormat } from '../../spreadsheet/export-mapping.js';
import { badInput, CommandError } from '../command-error.js';
import { findingsText } from '../definitions/findings-text.js';
import { exitCodes } from '../exit-codes.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { readSources, sourceOfSync, type FolderOption } from './definition-of-sync.js';
import { asBadInput } from './spreadsheet-failure.js';

/** ExportOptions is how a mapping is exported. */
export interface ExportOptions extends FolderOption {
  readonly format?: SpreadsheetFormat;
  readonly output?: string;
  readonly force?: boolean;
}

/** exportReport writes the mapping of a sync as a spreadsheet and says where; throws CommandError. */
export async function exportReport(name: string, options: ExportOptions): Promise<Report> {
  const source = sourceOfSync(await readSources(options), name);
  const findings = schemaFindings(source, syncSchema);
  if (source.broken || hasErrors(findings)) {
    return { data: { written: false, findings }, text: (style) => [findingsText(findings, style), '', style.colors.red('Correct the definition first; nothing was written.')].join('\n'), exitCode: exitCodes.usage };
  }
  const sync = syncSchema.parse(source.value);
  const format = options.format ?? (options.output?.toLowerCase().endsWith('.csv') === true ? 'csv' : 'xlsx');
  const file = await asBadInput(name, () => exportMapping(sync, format));
  const output = options.output ?? `${name}.${format}`;
  const examples = sync.fields.reduce((sum, { examples: given = [] }) => sum + given.length, 0);
  if (output === '-') {
    await new Promise<void>((resolve, reject) => { process.stdout.write(file, (error) => { if (error === undefined || error === null) resolve(); else reject(error); }); });
    return { data: undefined, text: () => '' };
  }
  await writeNew(output, file, options.force === true);
  return {
    data: { written: true, sync: name, file: output, format, mappings: sync.fields.length, examples },
    text: () => `${counted(sync.fields.length, 'mapping')} of ${name} with ${counted(examples, 'example')} in ${printable(output)}. "crosswalk mapping import" takes the changed file back.`,
  };
}

async function writeNew(file: string, content: Buffer, force: boolean): Promise<void> {
  try {
    await writeFile(file, content, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw badInput('The file is there already, perhaps with changes of somebody.', { where: file, todo: 'Name another one with -o, or write over it with --force.' });
    throw new CommandError(`The file cannot be written (${String(code)}).`, { where: file, cause: error });
  }
}
