import { type Command, Option } from 'commander';
import type { PreviewOptions } from '../letters/preview-report.js';
import type { RedriveOptions } from '../letters/redrive-report.js';
import type { DiscardOptions, EditOptions } from '../letters/work-reports.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

const anId = 'id of the dead letter, or its first or last characters';
const example = '8f4a1c2e6b70';

/** registerEdit adds `crosswalk dead-letters edit`. */
export function registerEdit(deadLetters: Command): void {
  withCommonOptions(byOption(deadLetters.command('edit')
    .summary('edit a copy of a letter\'s record for its next redrive')
    .description('Edit a copy of a letter\'s record for its next redrive: in $EDITOR, with --set, or from a file. The source is not changed.')
    .argument('<id>', anId)
    .addOption(new Option('--set <field=value>', 'set a field to a text; field:=value sets a number, true, null or any other JSON').argParser(collect).conflicts(['payload', 'drop']))
    .addOption(new Option('--payload <file>', 'take the whole record from a JSON file; - is standard input').conflicts('drop'))
    .option('--drop', 'forget the edited copy')))
    .addHelpText('after', [
      '\nThe copy is used as long as the source still holds the version that it was made from;',
      'once the record has changed there, a redrive takes the record from the source.',
      `\nExamples:\n  crosswalk dead-letters edit ${example} --set email=ada@example.org --set /address/city=Paris\n  crosswalk dead-letters edit ${example} --set age:=42`,
    ].join('\n'))
    .action((id: string, _options: unknown, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { editReport } = await import('../letters/work-reports.js');
      return editReport(context, id, command.opts<EditOptions>());
    }));
}

/** registerPreview adds `crosswalk dead-letters preview`. */
export function registerPreview(deadLetters: Command): void {
  withCommonOptions(versionOption(byOption(deadLetters.command('preview')
    .summary('show what a redrive of a letter would write')
    .description('Show what a redrive of a letter would write, field by field, or why its record would be parked again. Nothing is sent.')
    .argument('<id>', anId))))
    .addHelpText('after', `\nExample:\n  crosswalk dead-letters preview ${example}`)
    .action((id: string, _options: unknown, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { previewReport } = await import('../letters/preview-report.js');
      return previewReport(context, id, command.opts<PreviewOptions>());
    }));
}

/** registerRedrive adds `crosswalk dead-letters redrive`. */
export function registerRedrive(deadLetters: Command): void {
  withCommonOptions(versionOption(byOption(deadLetters.command('redrive')
    .summary('try dead letters again')
    .description('Try dead letters again: their records are read anew, or taken from the edited copy, and go through the same steps as in a run.')
    .argument('[ids...]', 'ids of dead letters, or their first or last characters')
    .option('--group <id>', 'all that share a cause; see "crosswalk dead-letters --groups"')
    .option('--all', 'all that are open')
    .option('--sync <name>', 'with --all: only those of one sync')
    .addOption(new Option('--not-written', 'of a letter with an unknown outcome: I have looked, the target does not have it; send it again').conflicts('written'))
    .option('--written <id>', 'of a letter with an unknown outcome: I have looked, it was written, and this is the target\'s record')
    .option('--detach', 'only start it; do not wait for its end'))))
    .addHelpText('after', [
      '\nTwo people who redrive the same letters at once cause one redrive. A write whose outcome',
      'is not known is looked for at the target before anything is sent.',
      `\nExamples:\n  crosswalk dead-letters redrive ${example}\n  crosswalk dead-letters redrive --group 5c1f460b32e5c3f1\n  crosswalk dead-letters redrive --all --sync contacts-to-mailing`,
    ].join('\n'))
    .action((ids: string[], _options: unknown, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { redriveReport } = await import('../letters/redrive-report.js');
      return redriveReport(context, ids, command.opts<RedriveOptions>());
    }));
}

/** registerDiscard adds `crosswalk dead-letters discard`. */
export function registerDiscard(deadLetters: Command): void {
  withCommonOptions(byOption(deadLetters.command('discard')
    .summary('close dead letters for good, with the reason')
    .description('Close dead letters for good. Their records are not parked again before they change at the source or fail in another way.')
    .argument('<ids...>', 'ids of dead letters, or their first or last characters')
    .requiredOption('--reason <text>', 'why; kept with the letter')))
    .addHelpText('after', `\nExample:\n  crosswalk dead-letters discard ${example} --reason "a test record"`)
    .action((ids: string[], _options: unknown, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { discardReport } = await import('../letters/work-reports.js');
      return discardReport(context, ids, command.opts<DiscardOptions>());
    }));
}

function byOption(command: Command): Command {
  return command.option('--by <name>', 'who does it; kept with the letter (default: your user name)');
}

function versionOption(command: Command): Command {
  return command.option('--version <n>', 'version of the sync\'s definition (default: the one in force)', wholeNumber(1, 999_999));
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
