import type { Command } from 'commander';
import type { LettersReportOptions } from '../letters/letters-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { registerDiscard, registerEdit, registerPreview, registerRedrive } from './dead-letters-work.js';
import { wholeNumber } from './whole-number.js';

const example = '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70';

/** registerDeadLetters adds `crosswalk dead-letters` and what people do to dead letters below it. */
export function registerDeadLetters(program: Command): void {
  const command = withCommonOptions(program.command('dead-letters')
    .summary('work the records that wait for a person')
    .description('List the records that failed for good and wait for a person: how many share a cause, then one by one, the newest first.')
    .option('--sync <name>', 'only those of one sync')
    .option('--groups', 'only the causes and how many share each')
    .option('--group <id>', 'only those of one cause')
    .option('--limit <n>', 'how many to list one by one', wholeNumber(1, 1000), 20))
    .addHelpText('after', [
      '\nA dead letter is resolved by itself when its record is synced well. Mend the record at',
      'the source or the definition, then redrive; or edit a copy of the record for the redrive.',
      `\nExamples:\n  crosswalk dead-letters --sync contacts-to-mailing --groups\n  crosswalk dead-letters show ${example}`,
    ].join('\n'))
    .action((options: CommonOptions & LettersReportOptions) => runCommand(options, async (context) => {
      const { lettersReport } = await import('../letters/letters-report.js');
      return lettersReport(context, options);
    }));
  registerShow(command);
  for (const register of [registerEdit, registerPreview, registerRedrive, registerDiscard]) register(command);
}

function registerShow(deadLetters: Command): void {
  withCommonOptions(deadLetters.command('show')
    .summary('show one dead letter with everything that is known of it')
    .description('Show one dead letter with everything that is known of it: the record, the problems, the request and its answer without secrets, and who did what to it.')
    .argument('<id>', 'id of the dead letter, or its first or last characters'))
    .addHelpText('after', `\nExample:\n  crosswalk dead-letters show ${example}`)
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { letterReport } = await import('../letters/letters-report.js');
      return letterReport(context, id);
    }));
}
