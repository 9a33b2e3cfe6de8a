import type { Command } from 'commander';
import type { RecordReportOptions } from '../records/record-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerRecord adds `crosswalk record`. */
export function registerRecord(program: Command): void {
  withCommonOptions(program.command('record')
    .summary('show all that is known of a record')
    .description('Show all that is known of a record: what it is linked with, its values now and when both sides last agreed, and every write with its reason.')
    .argument('<system.object>', 'object of the record, such as crm.contact')
    .argument('<id>', 'id of the record in that system')
    .option('--no-live', 'do not ask the systems for the values they hold now')
    .option('--limit <n>', 'how many writes to show, the newest first', wholeNumber(1, 1000), 20))
    .addHelpText('after', '\nExample:\n  crosswalk record crm.contact ct_000123')
    .action((name: string, id: string, options: CommonOptions & RecordReportOptions) => runCommand(options, async (context) => {
      const { recordReport } = await import('../records/record-report.js');
      return recordReport(context, name, id, options);
    }));
}
