import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { isApplicable, loadFolderToApply, planFolder } from './apply-folder.js';
import { changesText, hasChanges } from './changes-text.js';
import { definitionsFolder } from './definitions-folder.js';
import { unusableFolder, warningsText } from './unusable-folder.js';

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
