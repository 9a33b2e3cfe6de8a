/** FindingType is the closed set of things that a check of definitions can find. */
export type FindingType = (typeof findingTypes)[number];

/** findingTypes lists every finding type, in the order in which the documentation explains them. */
export const findingTypes = [
  'unreadable-file', 'file-too-large', 'too-many-files', 'yaml-syntax', 'not-a-definition',
  'unknown-key', 'missing-key', 'wrong-type', 'invalid-value', 'invalid-name', 'invalid-duration', 'invalid-percentage',
  'invalid-pointer', 'invalid-path', 'invalid-header', 'invalid-url', 'insecure-url', 'invalid-placeholder', 'invalid-condition',
  'invalid-conversion', 'unknown-conversion', 'invalid-reference', 'hard-coded-secret', 'missing-variable',
  'missing-secret', 'duplicate-name', 'duplicate-field', 'unknown-system', 'unknown-connector', 'unknown-object', 'unknown-team', 'match-not-mapped',
  'missing-operation', 'operation-method', 'conflicting-parameter', 'no-since', 'no-probe', 'no-effect', 'example-failed',
] as const;

/** FindingLevel says whether a finding stops a definition from being applied. */
export type FindingLevel = 'error' | 'warning';

/** Finding is one thing that is wrong, or worth knowing, in a definition file; lines and columns count from 1. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: FindingLevel;
  readonly type: FindingType;
  readonly message: string;
}

/** formatFinding writes a finding as one line for a terminal: `file:line:column  error  message  (type)`. */
export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}:${finding.column}  ${finding.level}  ${finding.message}  (${finding.type})`;
}

/** compareFindings orders findings by file, line, column and type. */
export function compareFindings(a: Finding, b: Finding): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.type, b.type);
}

/** hasErrors says whether any finding stops the definitions from being applied. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.level === 'error');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
