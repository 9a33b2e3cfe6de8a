import { type Command, Option } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import type { HandoffTestOptions } from '../rehearsals/handoff-report.js';
import type { SyncTestOptions } from '../rehearsals/sync-report.js';

const definitionsOption = ['--definitions <folder>', 'test what stands in this folder, applied or not (default: what is in force)'] as const;

/** registerTest adds `crosswalk test handoff` and `crosswalk test sync`. */
export function registerTest(program: Command): void {
  const test = program.command('test')
    .summary('try a handoff or a sync with a record; nothing is written')
    .description('Try a definition with one record, real or of a file: everything is read as it is, every write is planned and none is sent.');
  registerHandoffTest(test);
  registerSyncTest(test);
}

function registerSyncTest(test: Command): void {
  withCommonOptions(withRecord(test.command('sync')
    .summary('show what a sync would do with a record')
    .description('Show what a sync would do with one record, field by field, beside what the target holds now. For all records, see "crosswalk sync NAME --plan".')
    .argument('<name>', 'name of the sync'))
    .option(...definitionsOption))
    .addHelpText('after', [
      '\nEnds with exit code 1 when the record would become a dead letter. The record of a file is taken for a new one.',
      '\nExamples:', '  crosswalk test sync contacts-to-mailing --record c-000004', '  crosswalk test sync contacts-to-mailing --record-file contact.json --definitions ./definitions',
    ].join('\n'))
    .action((name: string, options: CommonOptions & SyncTestOptions) => runCommand(options, async (context) => {
      const { testSyncReport } = await import('../rehearsals/sync-report.js');
      return testSyncReport(context, name, options);
    }));
}

function registerHandoffTest(test: Command): void {
  withCommonOptions(withRecord(test.command('handoff')
    .summary('go through a handoff with a record, and show what it would do')
    .description('Go through a handoff with a record as its workflow would, step by step, and show what it would read, write, wait for and ask. Nothing is written and nobody is asked; waits are over at once. What a write would give, such as the id of a new record, is shown as <id of STEP>.')
    .argument('<name>', 'name of the handoff'))
    .option('--with <object=file>', 'take the record of a JSON file for one of a system, as crm.account=account.json; can be repeated', collect, [])
    .option('--approval <step=answer>', 'how people answer: approved, rejected, expired or cancelled (default: approved); can be repeated', collect, [])
    .option('--event <name>', 'an event that comes before a wait is over; as STEP=NAME during that step only; can be repeated', collect, [])
    .option('--value <place=value>', 'take this value to be at a place, as /member/status=subscribed; can be repeated', collect, [])
    .option(...definitionsOption)
    .addOption(new Option('--format <format>', 'what is printed').choices(['text', 'mermaid', 'json']).default('text')))
    .addHelpText('after', [
      '\nEnds with exit code 1 when a step would fail.',
      '\nExamples:', '  crosswalk test handoff deal-closed --record d-000003', '  crosswalk test handoff deal-closed --record d-000003 --approval large-deal=rejected',
      '  crosswalk test handoff onboarding --record c-000004 --event until-day-7=replied --format mermaid',
      '  crosswalk test handoff deal-closed --record-file deal.json --with crm.account=account.json --definitions ./definitions',
    ].join('\n'))
    .action((name: string, options: CommonOptions & HandoffTestOptions) => runCommand({ ...options, json: options.json === true || options.format === 'json' }, async (context) => {
      const { testHandoffReport } = await import('../rehearsals/handoff-report.js');
      return testHandoffReport(context, name, options);
    }));
}

function withRecord(command: Command): Command {
  return command
    .option('--record <id>', 'id of the record, which is read as it is')
    .addOption(new Option('--record-file <file>', 'JSON file with the record, as the system would give it').conflicts('record'));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
