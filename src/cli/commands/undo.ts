import type { Command } from 'commander';
import type { UndoOptions } from '../plans/undo-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerUndo adds `crosswalk undo`. */
export function registerUndo(program: Command): void {
  withCommonOptions(program.command('undo')
    .summary('make a plan that takes writes back')
    .description('Make a plan that takes back what a run, a record or a time is about, from what the ledger says was there before. Only what still holds what was written is restored; the rest is listed. Nothing is written before the plan is approved and applied.')
    .argument('[id]', 'id of the run; with --record, id of the record')
    .option('--record <system.object>', 'undo what was written to, or because of, one record of this object')
    .option('--sync <name>', 'only writes of this sync')
    .option('--since <time>', 'only writes since this time: 2026-11-23T08:00:00Z, 2026-11-23, or 2h for two hours ago')
    .option('--limit <n>', 'how many planned writes and left-out records to show', wholeNumber(1, 1000), 10))
    .addHelpText('after', [
      '\nThe run that applies the plan is undone in the same way.',
      '\nExamples:\n  crosswalk undo 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70\n  crosswalk undo --record mailing.member m_000123\n  crosswalk undo --sync contacts-to-mailing --since 2h',
    ].join('\n'))
    .action((id: string | undefined, options: CommonOptions & UndoOptions) => runCommand(options, async (context) => {
      const { undoReport } = await import('../plans/undo-report.js');
      return undoReport(context, id, options);
    }));
}
