import { type Command, Option } from 'commander';
import type { FindingsReportOptions } from '../quality/findings-report.js';
import type { MonthReportOptions } from '../quality/month-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerQuality adds `crosswalk quality` and its commands. */
export function registerQuality(program: Command): void {
  const quality = program.command('quality')
    .summary('check records against quality rules, repair them, report by month')
    .description('Check records against their quality rules, see what was found, plan the declared repairs, and report by month and department.');
  registerRun(quality);
  registerShow(quality);
  registerFindings(quality);
  registerRepair(quality);
  registerReport(quality);
}

function registerRun(quality: Command): void {
  withCommonOptions(quality.command('run')
    .summary('check every record of a definition now')
    .description('Check every record of a quality definition now, and store the figures of the day. Reads only.')
    .argument('<name>', 'name of the quality definition')
    .option('--detach', 'only start the run; do not wait for its end')
    .option('--strict', 'end with exit code 3 when a target is missed'))
    .addHelpText('after', '\nExample:\n  crosswalk quality run crm-contacts')
    .action((name: string, options: CommonOptions & { readonly detach?: boolean; readonly strict?: boolean }) => runCommand(options, async (context) => {
      const { qualityRunReport } = await import('../quality/run-report.js');
      return qualityRunReport(context, name, options);
    }));
}

function registerShow(quality: Command): void {
  withCommonOptions(quality.command('show')
    .summary('show the newest figures, and the days before')
    .description('Show the newest figures of every quality definition beside their targets, or those of one with the days before.')
    .argument('[name]', 'name of a quality definition')
    .option('--days <n>', 'with a name: how many days to show', wholeNumber(1, 400), 14))
    .addHelpText('after', '\nExamples:\n  crosswalk quality show\n  crosswalk quality show crm-contacts --days 30')
    .action((name: string | undefined, options: CommonOptions & { readonly days: number }) => runCommand(options, async (context) => {
      const { qualityShowReport } = await import('../quality/show-report.js');
      return qualityShowReport(context, name, options.days);
    }));
}

function registerFindings(quality: Command): void {
  withCommonOptions(quality.command('findings')
    .summary('list the values that wait for a person, or for a repair')
    .description('List the values that break a rule by the newest run: how many break each rule, then one by one. What no declared repair mends waits for a person.')
    .argument('<name>', 'name of the quality definition')
    .option('--rule <rule>', 'only those of one rule, as in email.format')
    .addOption(new Option('--repairable', 'only those that the declared repairs mend').conflicts(['review']))
    .option('--review', 'only those that no declared repair mends')
    .option('--limit <n>', 'how many to list one by one', wholeNumber(1, 10_000), 20)
    .addOption(new Option('--accept <id>', 'take one off the list as right as it is; its id, or the first or last characters of it').conflicts(['repairable', 'review', 'rule']))
    .option('--reason <text>', 'with --accept: why it is right'))
    .addHelpText('after', '\nExamples:\n  crosswalk quality findings crm-contacts --review\n  crosswalk quality findings crm-contacts --accept 8f4a1c2e6b70 --reason "lives in two countries"')
    .action((name: string, options: CommonOptions & FindingsReportOptions) => runCommand(options, async (context) => {
      const { findingsReport } = await import('../quality/findings-report.js');
      return findingsReport(context, name, options);
    }));
}

function registerRepair(quality: Command): void {
  withCommonOptions(quality.command('repair')
    .summary('plan the declared repairs, field by field, and write nothing')
    .description('Read every record and store, as a plan, what the repairs that a quality definition declares would write. Nothing is written.')
    .argument('<name>', 'name of the quality definition')
    .option('--limit <n>', 'how many planned writes to show', wholeNumber(1, 1000), 10))
    .addHelpText('after', '\nExample:\n  crosswalk quality repair crm-contacts')
    .action((name: string, options: CommonOptions & { readonly limit: number }) => runCommand(options, async (context) => {
      const { repairReport } = await import('../quality/repair-report.js');
      return repairReport(context, name, options.limit);
    }));
}

function registerReport(quality: Command): void {
  withCommonOptions(quality.command('report')
    .summary('write the report of a month, by department')
    .description('Write the report of a month: the figures beside their targets, their course over the days, and the rules that are broken most, by department.')
    .option('--month <month>', 'the month, as in 2026-11; the present one unless given')
    .option('--department <name>', 'only one department, as definitions name it under "owner"')
    .addOption(new Option('--format <format>', 'Markdown, or one HTML file that loads and runs nothing').choices(['md', 'html']).default('md'))
    .option('-o, --output <file>', 'write it to a file, in place of standard output'))
    .addHelpText('after', '\nExample:\n  crosswalk quality report --month 2026-11 --department sales --format html -o quality.html')
    .action((options: CommonOptions & MonthReportOptions) => runCommand(options, async (context) => {
      const { monthReportReport } = await import('../quality/month-report.js');
      return monthReportReport(context, options);
    }));
}
