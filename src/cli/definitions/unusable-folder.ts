import type { DefinitionSet } from '../../config/definition-set.js';
import type { Finding } from '../../config/finding.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { environmentHint, findingsSummary, findingsText } from './findings-text.js';

/** emptyFolder is the failure of a folder without definitions, which is more likely the wrong folder than meant so. */
export function emptyFolder(folder: string): Error {
  return badInput('The folder holds no definitions (*.yaml or *.yml), so it is probably not the one that is meant.', { where: folder, todo: 'Name the folder that holds them.' });
}

/** unusableFolder reports definitions that cannot be applied; throws CommandError where there are none. */
export function unusableFolder(folder: string, set: DefinitionSet): Report {
  if (set.sources.length === 0 && set.findings.length === 0) throw emptyFolder(folder);
  const hint = environmentHint(set.findings);
  return {
    data: { folder, applied: false, findings: set.findings },
    text: (style) => [
      findingsText(set.findings, style),
      '',
      ...(hint === '' ? [] : [style.colors.dim(hint)]),
      findingsSummary(folder, set, style),
      'Nothing has been changed.',
    ].join('\n'),
    exitCode: exitCodes.usage,
  };
}

/** warningsText is the lines that show warnings before what comes next; none where there are no warnings. */
export function warningsText(findings: readonly Finding[], style: Style): string[] {
  return findings.length === 0 ? [] : [findingsText(findings, style), ''];
}
