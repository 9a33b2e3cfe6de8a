import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { applyFolder, isApplicable, loadFolderToApply } from './apply-folder.js';
import { changesText, hasChanges } from './changes-text.js';
import { definitionsFolder } from './definitions-folder.js';
import { unusableFolder, warningsText } from './unusable-folder.js';

/** applyReport makes a folder's definitions the ones in force, and is what `crosswalk apply` says of it. */
export async function applyReport({ session }: CommandContext, given: string | undefined): Promise<Report> {
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
