import type { DefinitionSet } from '../../config/definition-set.js';
import type { DefinitionKind } from '../../contracts/definition-kind.js';
import { formatFinding, type Finding } from '../../config/finding.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { counted } from '../terminal/wording.js';

/** findingsText lists findings, one a line: `file:line:column  level  message  (type)`. */
export function findingsText(findings: readonly Finding[], { colors }: Style): string {
  return findings.map((finding) => {
    const line = printable(formatFinding(finding));
    return line.replace(`  ${finding.level}  `, `  ${finding.level === 'error' ? colors.red('error') : colors.yellow('warning')}  `);
  }).join('\n');
}

/** findingsSummary counts definitions and findings in one line. */
export function findingsSummary(folder: string, set: DefinitionSet, { colors }: Style): string {
  const of = (kind: DefinitionKind): number => set.sources.filter((source) => source.kind === kind).length;
  const errors = set.findings.filter(({ level }) => level === 'error').length;
  const warnings = set.findings.length - errors;
  const optional = ([['quality', 'quality definition'], ['handoff', 'handoff'], ['team', 'team'], ['channel', 'channel']] as const).flatMap(([kind, noun]) => (of(kind) > 0 ? [counted(of(kind), noun)] : []));
  const named = [counted(of('system'), 'system'), counted(of('sync'), 'sync'), ...optional, ...(of('alerts') > 0 ? ['alerts'] : [])];
  const what = `${named.slice(0, -1).join(', ')} and ${named.at(-1) ?? ''} in ${printable(folder)}`;
  if (errors > 0) return colors.red(`${what}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`);
  return warnings > 0 ? `${what}: no errors, ${counted(warnings, 'warning')}.` : colors.green(`${what}: nothing to remark.`);
}

/** environmentHint says where the sandbox's variables come from, when they are all that is missing; empty otherwise. */
export function environmentHint(findings: readonly Finding[]): string {
  const missing = findings.filter(({ type }) => type === 'missing-variable' || type === 'missing-secret');
  if (missing.length === 0) return '';
  const sandbox = missing.some(({ message }) => message.includes('SANDBOX_'));
  return `Variables and secrets are looked for in this environment; "crosswalk check --no-environment" leaves them out.${sandbox ? ' Those of the sandbox are set by a running "npm start".' : ''}`;
}
