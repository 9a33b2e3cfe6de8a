import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** folderArgument explains the folder of `plan` and `apply`. */
export const folderArgument = 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, with a local instance also ./examples/sandbox)';

/** registerPlan adds `crosswalk plan`. */
export function registerPlan(program: Command): void {
  withCommonOptions(program.command('plan')
    .summary('show what "apply" would change')
    .description('Show what "apply" would change: definitions with their new versions, and schedules. Writes nothing.')
    .argument('[folder]', folderArgument))
    .addHelpText('after', '\nFor the records that a sync would change, see "crosswalk sync NAME --plan".\n\nExample:\n  crosswalk plan examples/sandbox')
    .action((given: string | undefined, options: CommonOptions) => runCommand(options, async (context) => {
      const { planReport } = await import('../definitions/plan-report.js');
      return planReport(context, given);
    }));
}
