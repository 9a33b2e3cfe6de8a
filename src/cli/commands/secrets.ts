import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerSecrets adds `crosswalk secrets rotate`. */
export function registerSecrets(program: Command): void {
  const command = program.command('secrets')
    .summary('seal stored credentials with another key')
    .description('Stored credentials, such as the tokens of connected accounts, are sealed with the keys in CROSSWALK_SEALING_KEYS.');
  withCommonOptions(command.command('rotate')
    .summary('seal stored credentials with the first key')
    .description('Seal stored credentials with the first of the sealing keys, while work goes on. Afterwards the other keys can be taken away.'))
    .addHelpText('after', '\nExample:\n  CROSSWALK_SEALING_KEYS="$NEW,$OLD" crosswalk secrets rotate')
    .action((options: CommonOptions) => runCommand(options, async (context) => {
      const { rotateReport } = await import('../accounts/rotate-report.js');
      return rotateReport(context);
    }));
}
