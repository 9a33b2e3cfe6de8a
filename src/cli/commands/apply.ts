import type { Command } from 'commander';
import { applyFolder, isApplicable, loadFolderToApply } from '../definitions/apply-folder.js';
import { changesText, hasChanges } from '../definitions/changes-text.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { unusableFolder, warningsText } from '../definitions/unusable-folder.js';
import { runCommand, withCommonOptions, type CommandContext, type CommonOptions } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { folderArgument, planReport } from './plan.js';

interface ApplyOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

/** registerApply adds `crosswalk apply`. */
export function registerApply(program: Command): void {
  withCommonOptions(program.command('apply')
    .description('Make the definitions of a folder the ones in force: check them, store new versions, create and change schedules. May be repeated.')
    .argument('[folder]', folderArgument)
    .option('--dry-run', 'only show what would change, as "crosswalk plan" does'))
    .addHelpText('after', [
      '\nDefinitions with errors are refused as a whole, and nothing is changed. What is no longer in the folder is retired, and its',
      'schedules are removed. Schedules that Crosswalk did not make are never touched; one that a person has paused stays paused.',
      '\nExample:\n  crosswalk apply examples/sandbox',
    ].join('\n'))
    .action((given: string | undefined, options: ApplyOptions) => runCommand(options, (context) => (options.dryRun === true ? planReport(context, given) : applyReport(context, given))));
}

async function applyReport({ session }: CommandContext, given: string | undefined): Promise<Report> {
  const folder = definitionsFolder({ given, env: process.env, orSandbox: session.isLocal() });
  const set = await loadFolderToApply(folder, session.environment());
  if (!isApplicable(set)) return unusableFolder(folder, set);
  const changes = await applyFolder({ database: await session.database(), temporal: await session.temporal() }, set);
  const targets = { database: session.databasePlace(), temporal: session.temporalTarget().connectionOptions.address };
  return {
    data: { folder, targets, applied: true, ...changes, findings: set.findings },
    text: (style) => [
      ...warningsText(set.findings, style),
      `${folder} to the database ${targets.database} and the Temporal server ${targets.temporal}`,
      '',
      changesText(changes, style),
      '',
      style.colors.green(hasChanges(changes) ? 'Applied.' : 'Everything was as it should be; nothing was changed.'),
    ].join('\n'),
  };
}
