import { type Command, Option } from 'commander';
import type { ExportOptions } from '../mappings/export-report.js';
import type { ImportOptions } from '../mappings/import-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

const definitionsOption = ['--definitions <folder>', 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, ./examples/sandbox)'] as const;

/** registerMapping adds `crosswalk mapping export` and `crosswalk mapping import`. */
export function registerMapping(program: Command): void {
  const command = program.command('mapping')
    .summary('edit the mapping of a sync as a spreadsheet')
    .description('Edit the mapping of a sync as a spreadsheet: export it as XLSX or CSV, change it, import it again. Needs no database and no server.');
  registerExport(command);
  registerImport(command);
}

function registerExport(mapping: Command): void {
  withCommonOptions(mapping.command('export')
    .summary('write the mapping of a sync as a spreadsheet')
    .description('Write the mapping of a sync as a spreadsheet, a row for each target field, with the examples.')
    .argument('<sync>', 'name of the sync')
    .addOption(new Option('--format <format>', 'kind of file (default: by the ending of -o, otherwise xlsx)').choices(['xlsx', 'csv']))
    .option('-o, --output <file>', 'where to write it; - is standard output (default: SYNC.xlsx or SYNC.csv)')
    .option('--force', 'write over a file that is there')
    .option(...definitionsOption))
    .addHelpText('after', '\nExample:\n  crosswalk mapping export contacts-to-mailing -o mailing.xlsx')
    .action((sync: string, options: CommonOptions & ExportOptions) => runCommand(options, async () => {
      const { exportReport } = await import('../mappings/export-report.js');
      return exportReport(sync, options);
    }));
}

function registerImport(mapping: Command): void {
  withCommonOptions(mapping.command('import')
    .summary('take the mapping of a sync from a spreadsheet')
    .description('Take the mapping of a sync from a spreadsheet (XLSX or CSV): show what changes, check everything, run every example, then change the YAML file of the sync.')
    .argument('<file>', 'the spreadsheet')
    .option('--dry-run', 'only show what would change, and whether the examples hold')
    .option('--sync <name>', 'the sync, where the sheet has no column for it')
    .option(...definitionsOption))
    .addHelpText('after', [
      '\nA sheet with errors changes nothing; every error names its cell. Comments and the',
      'order of the YAML stay. What the sheet has no column for stays too. The change is in',
      'force after "crosswalk apply".',
      '\nExample:\n  crosswalk mapping import mailing.xlsx --dry-run',
    ].join('\n'))
    .action((file: string, options: CommonOptions & ImportOptions) => runCommand(options, async () => {
      const { importReport } = await import('../mappings/import-report.js');
      return importReport(file, options);
    }));
}
