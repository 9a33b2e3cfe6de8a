import type { Command } from 'commander';
import { loadFolderToApply, isApplicable, planFolder } from '../definitions/apply-folder.js';
import { changesText, hasChanges } from '../definitions/changes-text.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { unusableFolder, warningsText } from '../definitions/unusable-folder.js';
import { runCommand, withCommonOptions, type CommandContext, type CommonOptions } from '../run-command.js';
import type { Report } from '../terminal/report.js';

/** folderArgument explains the folder of `plan` and `apply`. */
export const folderArgument = 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, with a local instance also ./examples/sandbox)';

/** registerPlan adds `crosswalk plan`. */
export function registerPlan(program: Command): void {
  withCommonOptions(program.command('plan')
    .description('Show what "apply" would change: definitions with their new versions, and schedules. Writes nothing.')
    .argument('[folder]', folderArgument))
    .addHelpText('after', '\nFor the records that a sync would change, see "crosswalk sync NAME --plan".\n\nExample:\n  crosswalk plan examples/sandbox')
    .action((given: string | undefined, options: CommonOptions) => runCommand(options, (context) => planReport(context, given)));
}

/** planReport is what `crosswalk plan` and `crosswalk apply --dry-run` say. */
export async function planReport({ session }: CommandContext, given: string | undefined): Promise<Report> {
  const folder = definitionsFolder({ given, env: process.env, orSandbox: session.isLocal() });
  const set = await loadFolderToApply(folder, session.environment());
  if (!isApplicable(set)) return unusableFolder(folder, set);
  const changes = await planFolder({ database: await session.database(), temporal: await session.temporal() }, set);
  const targets = { database: session.databasePlace(), temporal: session.temporalTarget().connectionOptions.address };
  return {
    data: { folder, targets, applied: false, ...changes, findings: set.findings },
    text: (style) => [
      ...warningsText(set.findings, style),
      `${folder} against the database ${targets.database} and the Temporal server ${targets.temporal}`,
      '',
      changesText(changes, style),
      '',
      hasChanges(changes) ? 'Nothing has been changed. "crosswalk apply" makes it so.' : style.colors.green('Nothing to change.'),
    ].join('\n'),
  };
}
