import { acceptFinding, findFindings, findingGroups, qualityFindings, type FindingGroup, type QualityFinding } from '../../store/quality-findings.js';
import { lastQualityRun } from '../../store/quality-runs.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { count, counted } from '../terminal/wording.js';
import { wrapped } from '../terminal/wrap.js';
import { activeQuality } from './quality-names.js';

/** FindingsReportOptions is which findings are listed, or which one is accepted. */
export interface FindingsReportOptions {
  readonly rule?: string;
  readonly repairable?: boolean;
  readonly review?: boolean;
  readonly limit: number;
  readonly accept?: string;
  readonly reason?: string;
}

/** Longest reason that is kept, in UTF-16 units. */
const MAX_REASON = 500;

/** findingsReport is what `crosswalk quality findings` says or does; throws CommandError for a definition, a rule or a finding that there is not. */
export async function findingsReport({ session }: CommandContext, name: string, options: FindingsReportOptions): Promise<Report> {
  const database = await session.database();
  const { body } = await activeQuality(database, name);
  if (options.accept !== undefined) return accept(await findFindings(database, name, options.accept), options.accept, options.reason, (finding, reason) => acceptFinding(database, finding, reason));
  const run = await lastQualityRun(database, name);
  if (run === undefined) return { data: { run: null, groups: [], findings: [] }, text: () => `${name} has not come to its end yet: crosswalk quality run ${name}` };
  const { rule, repairable, review, limit } = options;
  const groups = await findingGroups(database, name, run.id);
  if (rule !== undefined && run.counts.rules[rule] === undefined && !groups.some((group) => group.rule === rule)) {
    throw badInput(`Nothing breaks a rule "${rule.slice(0, 60)}" by the newest run.`, { todo: `See "crosswalk quality findings ${name}" for the rules that are broken.` });
  }
  const shown = groups.filter((group) => (rule === undefined || group.rule === rule) && (repairable !== true || group.repairable) && (review !== true || !group.repairable));
  const only = repairable === true ? { repairable: true } : review === true ? { repairable: false } : {};
  const findings = await qualityFindings(database, { quality: name, runId: run.id, limit, ...(rule === undefined ? {} : { rule }), ...only });
  const total = shown.reduce((sum, group) => sum + group.count, 0);
  return {
    data: { run: run.id, day: run.day, keptPerRule: body.findings, total, groups: shown, findings },
    text: (style) => (total === 0 ? style.colors.green('No findings: nothing waits for a person or a repair.') : [groupsText(shown, total, style), '', findingsText(findings, total, style)].join('\n')),
  };
}

async function accept(found: readonly QualityFinding[], id: string, reason: string | undefined, store: (finding: QualityFinding, reason: string) => Promise<void>): Promise<Report> {
  const [finding, second] = found;
  if (finding === undefined) throw badInput(`There is no finding "${id.slice(0, 60)}".`, { todo: 'Findings get new ids with each run; list them again.' });
  if (second !== undefined) throw badInput(`More than one finding fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  const given = reason?.trim() ?? '';
  if (given === '' || given.length > MAX_REASON) throw badInput(`Say why it is right, in at most ${MAX_REASON} characters.`, { todo: 'Add --reason "…".' });
  await store(finding, given);
  return { data: { accepted: finding, reason: given }, text: () => `Accepted: ${printable(`${finding.rule} of ${finding.recordId}`)}. It still counts in the figures, and is no longer listed.` };
}

function groupsText(groups: readonly FindingGroup[], total: number, style: Style): string {
  const rows = groups.map(({ rule, repairable, count: number, example }) => [count(number), rule, repairable ? 'declared repairs mend it' : 'waits for a person', example]);
  return [counted(total, 'finding'), table([{ title: '', align: 'right' }, { title: 'rule' }, { title: '' }, { title: 'for example' }], rows, style)].join('\n');
}

function findingsText(findings: readonly QualityFinding[], total: number, style: Style): string {
  const { colors } = style;
  const rest = total - findings.length;
  return [
    ...findings.map(({ id, rule, recordId, message, excerpt, repairable }) => [
      `${colors.bold(printable(recordId))}  ${printable(rule)}${repairable ? colors.dim('  repairable') : ''}`,
      wrapped(message, style, '  '),
      ...(excerpt === null ? [] : [`  ${printable(JSON.stringify(excerpt))}`]),
      colors.dim(`  ${id}`),
    ].join('\n')),
    ...(rest > 0 ? [colors.dim(`and ${count(rest)} more; --limit shows more of them`)] : []),
  ].join('\n');
}
