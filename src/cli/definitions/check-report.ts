import { loadDefinitions } from '../../config/definition-set.js';
import { hasErrors } from '../../config/finding.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { definitionsFolder } from './definitions-folder.js';
import { environmentHint, findingsSummary, findingsText } from './findings-text.js';
import { emptyFolder } from './unusable-folder.js';

/** checkReport is what `crosswalk check` says of a folder; throws CommandError where there is nothing to check. */
export async function checkReport({ session }: CommandContext, given: string | undefined, checkEnvironment: boolean): Promise<Report> {
  const folder = definitionsFolder({ given, env: process.env, orSandbox: true });
  const env = session.environment();
  const set = await loadDefinitions(folder, { env, checkEnvironment, askStores: async (texts) => (await import('../../secrets/ask-stores.js')).askStores(texts, env) });
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
}
