import { Option, type Command } from 'commander';
import type { ListReportOptions } from '../reconciliations/list-report.js';
import type { ReconcileReportOptions } from '../reconciliations/reconcile-report.js';
import type { ReconciliationReportOptions } from '../reconciliations/reconciliation-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerReconcile adds `crosswalk reconcile`. */
export function registerReconcile(program: Command): void {
  withCommonOptions(program.command('reconcile')
    .summary('compare both sides of a sync, record by record')
    .description('Read both sides of a sync completely and compare them, record by record: what is missing, what differs, what is there twice, and why. Writes nothing.')
    .argument('<name>', 'name of the sync')
    .option('--repair', 'plan the repair of what is found; the plan is stored, and nothing is written')
    .option('--detach', 'only start it; do not wait for its end')
    .option('--strict', 'end with exit code 3 when more differs than the sync allows')
    .addOption(new Option('--stop', 'end the one that is under way at its next checkpoint').conflicts(['repair', 'detach', 'strict'])))
    .addHelpText('after', [
      '\nEvery sync is reconciled once a day by itself; "reconcile" in its definition says when,',
      'and how much may differ before an alert is raised.',
      '\nExamples:\n  crosswalk reconcile contacts-to-mailing\n  crosswalk reconcile contacts-to-mailing --repair',
    ].join('\n'))
    .action((name: string, options: CommonOptions & ReconcileReportOptions) => runCommand(options, async (context) => {
      const { reconcileReport } = await import('../reconciliations/reconcile-report.js');
      return reconcileReport(context, name, options);
    }));
}

/** registerReconciliations adds `crosswalk reconciliations`. */
export function registerReconciliations(program: Command): void {
  withCommonOptions(program.command('reconciliations')
    .summary('list what reconciliations have found')
    .description('List the reconciliations of all syncs with what they found, the newest first.')
    .addOption(new Option('--sync <name>', 'only those of one sync').conflicts('byDepartment'))
    .option('--by-department', 'add up the newest of every sync by the department that owns it')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1000), 20))
    .addHelpText('after', '\nExamples:\n  crosswalk reconciliations --sync contacts-to-mailing\n  crosswalk reconciliations --by-department')
    .action((options: CommonOptions & ListReportOptions) => runCommand(options, async (context) => {
      const { listReport } = await import('../reconciliations/list-report.js');
      return listReport(context, options);
    }));
}

/** registerReconciliation adds `crosswalk reconciliation`. */
export function registerReconciliation(program: Command): void {
  withCommonOptions(program.command('reconciliation')
    .summary('show, export or repair what one reconciliation found')
    .description('Show what one reconciliation found, record by record: the fields that differ, since when, whose write was the last, and the cause.')
    .argument('<id>', 'id of the reconciliation, or its first or last characters')
    .addOption(new Option('--format <format>', 'how to write it').choices(['table', 'csv', 'json']).default('table'))
    .option('-o, --output <file>', 'write to a file, with --format csv or json')
    .option('--limit <n>', 'how many differences the table shows', wholeNumber(1, 1000), 20)
    .option('--plan-repair', 'plan the repair of what was found and is still so; the plan is stored, and nothing is written'))
    .addHelpText('after', [
      '\nThe files hold all differences. Texts that a spreadsheet would take for a formula have an',
      'apostrophe in front.',
      '\nExamples:\n  crosswalk reconciliation 0198f3c2\n  crosswalk reconciliation 0198f3c2 --format csv -o differences.csv\n  crosswalk reconciliation 0198f3c2 --plan-repair',
    ].join('\n'))
    .action((id: string, options: CommonOptions & ReconciliationReportOptions) => runCommand(options, async (context) => {
      const { reconciliationReport } = await import('../reconciliations/reconciliation-report.js');
      return reconciliationReport(context, id, options);
    }));
}
