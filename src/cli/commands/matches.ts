import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { MatchesReportOptions } from '../matches/matches-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

interface AnswerOptions extends CommonOptions {
  readonly by?: string;
  readonly note?: string;
}

/** registerMatches adds `crosswalk matches` with `show`, `accept`, `reject` and `split`. */
export function registerMatches(program: Command): void {
  const command = withCommonOptions(program.command('matches')
    .summary('list the records that may be one, and say whether they are')
    .description('List the records that wait because a scored match is not sure: each with the records of the target that it may be, how probable that is, and why.')
    .option('--sync <name>', 'only those of one sync')
    .option('--all', 'also those that are answered')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1000), 20))
    .addHelpText('after', [
      '\nA record waits, and is not made at the target, until each question about it is answered. What the answer',
      'asks for is written at once; where that cannot be, the command says why, and the next complete read writes it:',
      'crosswalk sync NAME --full',
      '\nExamples:\n  crosswalk matches --sync contacts-to-mailing\n  crosswalk matches accept 8f4a1c2e6b70 --note "same birthday"',
    ].join('\n'))
    .action((options: CommonOptions & MatchesReportOptions) => runCommand(options, async (context) => {
      const { matchesReport } = await import('../matches/matches-report.js');
      return matchesReport(context, options);
    }));
  registerShow(command);
  registerAnswer(command, 'accept', 'link the two records of a question', 'Say that the two records of a question are one: they are linked, and the other questions about them fall away.');
  registerAnswer(command, 'reject', 'say that the two records of a question are two', 'Say that the two records of a question are two: no rule joins them any more, and nobody is asked again.');
  registerSplit(command);
}

function registerShow(matches: Command): void {
  withCommonOptions(matches.command('show')
    .summary('show one question with all reasons')
    .description('Show one question: both records side by side, and what each field says for and against.')
    .argument('<id>', 'id of the question, or its first or last characters'))
    .addHelpText('after', '\nExample:\n  crosswalk matches show 8f4a1c2e6b70')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { matchReport } = await import('../matches/matches-report.js');
      return matchReport(context, id);
    }));
}

function registerAnswer(matches: Command, verb: 'accept' | 'reject', summary: string, description: string): void {
  withAnswerOptions(matches.command(verb).summary(summary).description(description).argument('<id>', 'id of the question, or its first or last characters'))
    .addHelpText('after', `\nExample:\n  crosswalk matches ${verb} 8f4a1c2e6b70 --by vera`)
    .action((id: string, _options: AnswerOptions, command: Command) => runCommand(command.optsWithGlobals<AnswerOptions>(), async (context) => {
      const { answerReport } = await import('../matches/answer-report.js');
      return answerReport(context, verb, id, answerer(command.optsWithGlobals<AnswerOptions>()));
    }));
}

function registerSplit(matches: Command): void {
  withAnswerOptions(matches.command('split')
    .summary('take a record that was linked wrongly out of its entity')
    .description('Take a record that was linked wrongly, by whatever rule, out of its entity. It gets a counterpart of its own, and no rule joins it with the others again.')
    .argument('<system.object>', 'object of the record, such as crm.contact')
    .argument('<id>', 'id of the record in that system'))
    .addHelpText('after', '\nThe values that were written to the wrong record stay there; see "crosswalk record" for what they were before.\n\nExample:\n  crosswalk matches split crm.contact ct_000123 --note "father and son"')
    .action((name: string, id: string, _options: AnswerOptions, command: Command) => runCommand(command.optsWithGlobals<AnswerOptions>(), async (context) => {
      const { splitReport } = await import('../matches/answer-report.js');
      return splitReport(context, name, id, answerer(command.optsWithGlobals<AnswerOptions>()));
    }));
}

function withAnswerOptions(command: Command): Command {
  return withCommonOptions(command
    .option('--by <name>', 'who says so (default: the name of the user at this machine)')
    .option('--note <text>', 'why'));
}

function answerer({ by = userInfo().username, note }: AnswerOptions): { readonly by: string; readonly note?: string } {
  return { by, ...(note === undefined ? {} : { note }) };
}
