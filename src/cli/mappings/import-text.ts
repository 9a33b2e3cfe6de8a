import type { MappingChange } from '../../spreadsheet/mapping-changes.js';
import type { SheetFinding } from '../../spreadsheet/sheet-finding.js';
import type { DiffLine } from '../definitions/text-diff.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { counted } from '../terminal/wording.js';

/** ImportView is what is shown of an import. */
export interface ImportView {
  readonly spreadsheet: string;
  readonly definition: string;
  readonly sync: string;
  readonly findings: readonly SheetFinding[];
  readonly examples: number;
  readonly changes: readonly MappingChange[];
  readonly diff: readonly (DiffLine | null)[];
  readonly refused: boolean;
  readonly written: boolean;
}

/** importText shows what an import changes, what is wrong with it, and what came of it. */
export function importText(view: ImportView, style: Style): string {
  const parts = [diffText(view, style), findingsText(view.findings, style), outcomeText(view, style)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function diffText({ diff, definition, changes }: ImportView, { colors }: Style): string {
  if (diff.length === 0) return '';
  const of = (change: MappingChange['change']): number => changes.filter((each) => each.change === change).length;
  const lines = diff.map((line) => {
    if (line === null) return colors.dim('      …');
    const text = printable(line.text);
    if (line.kind === 'added') return colors.green(`    + ${text}`);
    return line.kind === 'removed' ? colors.red(`    - ${text}`) : colors.dim(`      ${text}`);
  });
  return [`${colors.bold(printable(definition))}  ${of('added')} added, ${of('changed')} changed, ${of('removed')} removed`, ...lines].join('\n');
}

function findingsText(findings: readonly SheetFinding[], { colors }: Style): string {
  return findings.map(({ address, level, message }) => {
    const place = address === null ? '' : `${address}: `;
    return printable(`${place}${message}`).replace(place, level === 'error' ? colors.red(place) : colors.yellow(`${place}warning: `));
  }).join('\n');
}

function outcomeText({ spreadsheet, sync, findings, examples, diff, refused, written }: ImportView, { colors }: Style): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const file = printable(spreadsheet);
  if (refused) return colors.red(`${file}: ${counted(errors, 'error')}. Nothing was changed.`);
  const ran = examples === 0 ? 'It has no examples.' : `${counted(examples, 'example')} ${examples === 1 ? 'holds' : 'hold'}.`;
  if (diff.length === 0) return colors.green(`${file} says what the definition of ${sync} says already. ${ran}`);
  if (!written) return `${ran} Nothing was changed; without --dry-run, this import makes it so.`;
  return colors.green(`${ran} The definition of ${sync} is changed; "crosswalk apply" puts it in force.`);
}
