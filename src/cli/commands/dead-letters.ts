import type { Command } from 'commander';
import { deadLetterGroups, openDeadLetters } from '../../store/dead-letters.js';
import { findDeadLetters } from '../../store/dead-letter-lookup.js';
import { badInput } from '../command-error.js';
import { groupsText, lettersText, letterText } from '../letters/letters-text.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import { wholeNumber } from './whole-number.js';

interface DeadLettersOptions extends CommonOptions {
  readonly sync?: string;
  readonly group?: boolean;
  readonly limit: number;
}

/** registerDeadLetters adds `crosswalk dead-letters` and `crosswalk dead-letters show`. */
export function registerDeadLetters(program: Command): void {
  const command = withCommonOptions(program.command('dead-letters')
    .description('List the records that failed for good and wait for a person: how many share a cause, then one by one, the newest first.')
    .option('--sync <name>', 'only those of one sync')
    .option('--group', 'only the causes and how many share each')
    .option('--limit <n>', 'how many to list one by one', wholeNumber(1, 1000), 20))
    .addHelpText('after', [
      '\nA dead letter is resolved by itself when its record is synced well, so mend the record at the source or the definition, and run the sync.',
      '\nExamples:\n  crosswalk dead-letters --sync contacts-to-mailing --group\n  crosswalk dead-letters show 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70',
    ].join('\n'))
    .action((options: DeadLettersOptions) => runCommand(options, async ({ session }) => {
      const database = await session.database();
      const { sync, limit } = options;
      const groups = (await deadLetterGroups(database)).filter((group) => sync === undefined || group.sync === sync);
      // Letters outlive a retired sync; only a name without letters can be mistyped.
      if (sync !== undefined && groups.length === 0) await activeSync(database, sync);
      const letters = options.group === true ? [] : await openDeadLetters(database, { limit, ...(sync === undefined ? {} : { sync }) });
      const total = groups.reduce((sum, group) => sum + group.count, 0);
      return {
        data: { total, groups, ...(options.group === true ? {} : { letters }) },
        text: (style) => (total === 0 ? style.colors.green('No dead letters: no record waits for a person.') : [groupsText(groups, style), ...(letters.length > 0 ? ['', lettersText(letters, total, style)] : [])].join('\n')),
      };
    }));
  registerShow(command);
}

function registerShow(deadLetters: Command): void {
  withCommonOptions(deadLetters.command('show')
    .description('Show one dead letter with everything that is known of it: the record, the problems, the request and its answer without secrets.')
    .argument('<id>', 'id of the dead letter, or its first or last characters'))
    .addHelpText('after', '\nExample:\n  crosswalk dead-letters show 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async ({ session }) => {
      const [letter, second] = await findDeadLetters(await session.database(), id);
      if (letter === undefined) throw badInput(`There is no dead letter "${id.slice(0, 60)}".`, { todo: 'See "crosswalk dead-letters" for those there are.' });
      if (second !== undefined) throw badInput(`More than one dead letter fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
      return { data: { letter }, text: (style) => letterText(letter, style) };
    }));
}
