import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface CheckOptions extends CommonOptions {
  readonly environment: boolean;
}

/** registerCheck adds `crosswalk check`. */
export function registerCheck(program: Command): void {
  withCommonOptions(program.command('check')
    .summary('check the definitions of a folder')
    .description('Check all definitions of a folder and show everything that is wrong, with file, line and column. Needs no database and no server. Where a definition names a secret in Vault or AWS Secrets Manager, the store is asked whether it is there.')
    .argument('[folder]', 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, ./examples/sandbox)')
    .option('--no-environment', 'do not look whether the environment variables and secrets that are named exist'))
    .addHelpText('after', '\nExample:\n  crosswalk check examples/sandbox')
    .action((given: string | undefined, options: CheckOptions) => runCommand(options, async (context) => {
      const { checkReport } = await import('../definitions/check-report.js');
      return checkReport(context, given, options.environment);
    }));
}
