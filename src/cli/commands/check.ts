import type { Command } from 'commander';
import { loadDefinitions } from '../../config/definition-set.js';
import { hasErrors } from '../../config/finding.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { environmentHint, findingsSummary, findingsText } from '../definitions/findings-text.js';
import { emptyFolder } from '../definitions/unusable-folder.js';
import { exitCodes } from '../exit-codes.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface CheckOptions extends CommonOptions {
  readonly environment: boolean;
}

/** registerCheck adds `crosswalk check`. */
export function registerCheck(program: Command): void {
  withCommonOptions(program.command('check')
    .description('Check all definitions of a folder and show everything that is wrong, with file, line and column. Needs no database and no server.')
    .argument('[folder]', 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, ./examples/sandbox)')
    .option('--no-environment', 'do not look whether the environment variables and secrets that are named exist'))
    .addHelpText('after', '\nExample:\n  crosswalk check examples/sandbox')
    .action((given: string | undefined, options: CheckOptions) => runCommand(options, async ({ session }) => {
      const folder = definitionsFolder({ given, env: process.env, orSandbox: true });
      const set = await loadDefinitions(folder, { env: session.environment(), checkEnvironment: options.environment });
      if (set.sources.length === 0 && set.findings.length === 0) throw emptyFolder(folder);
      const hint = environmentHint(set.findings);
      return {
        data: { folder, systems: [...set.systems.keys()], syncs: [...set.syncs.keys()], findings: set.findings },
        text: (style) => [
          ...(set.findings.length > 0 ? [findingsText(set.findings, style), ''] : []),
          ...(hint === '' ? [] : [style.colors.dim(hint)]),
          findingsSummary(folder, set, style),
        ].join('\n'),
        exitCode: hasErrors(set.findings) ? exitCodes.usage : exitCodes.done,
      };
    }));
}
