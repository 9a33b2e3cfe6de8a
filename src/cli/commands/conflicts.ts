import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import type { ConflictsReportOptions } from '../conflicts/conflicts-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

interface ResolveOptions extends CommonOptions {
  readonly take?: 'source' | 'target';
  readonly value?: string;
  readonly by?: string;
}

/** registerConflicts adds `crosswalk conflicts` with `resolve`. */
export function registerConflicts(program: Command): void {
  const command = withCommonOptions(program.command('conflicts')
    .summary('list the fields that both sides changed, and decide')
    .description('List the fields of two-way syncs that both sides changed and that no rule decides: both values, the one they agreed on before, and when each was changed.')
    .option('--sync <name>', 'only those of one sync')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1000), 20))
    .addHelpText('after', '\nThe other fields of such a record go on meanwhile.\n\nExample:\n  crosswalk conflicts --sync contacts-to-desk')
    .action((options: CommonOptions & ConflictsReportOptions) => runCommand(options, async (context) => {
      const { conflictsReport } = await import('../conflicts/conflicts-report.js');
      return conflictsReport(context, options);
    }));
  withCommonOptions(command.command('resolve')
    .summary('decide a conflict')
    .description('Decide a conflict: for one side, or for a value of your own. A run of the sync writes it at once. It holds for the values that are listed; if one changes before it is written, the question is put again.')
    .argument('<id>', 'id of the conflict, or its first characters')
    .addOption(new Option('--take <side>', 'the side whose value stands').choices(['source', 'target']))
    .option('--value <value>', 'a value of your own, as JSON or as plain text')
    .option('--by <name>', 'who decides (default: the name of the user at this machine)'))
    .addHelpText('after', '\nExamples:\n  crosswalk conflicts resolve 0198f3c2 --take target\n  crosswalk conflicts resolve 0198f3c2 --value "Ada Lovelace" --by vera')
    .action((id: string, _options: ResolveOptions, resolve: Command) => runCommand(resolve.optsWithGlobals<ResolveOptions>(), async (context) => {
      const { by = userInfo().username, take, value } = resolve.optsWithGlobals<ResolveOptions>();
      const { resolveReport } = await import('../conflicts/conflicts-report.js');
      return resolveReport(context, id, { by, ...(take === undefined ? {} : { take }), ...(value === undefined ? {} : { value }) });
    }));
}
