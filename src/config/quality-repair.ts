import type { QualityRepair } from '../contracts/quality-definition.js';
import { compileDateFormat, DateFormatError } from '../domain/date-format.js';

const plainNames = ['trim', 'collapse-spaces', 'lower-case', 'title-case', 'remove-control', 'truncate', 'blank-if-invalid', 'e164'] as const;

/** qualityRepairNames are the repairs that a quality definition can declare, as they are written. */
export const qualityRepairNames: readonly string[] = [...plainNames, 'date("DD.MM.YYYY")'];

const datePattern = /^date\((?:"([^"]*)"|'([^']*)')\)$/;

/** parseQualityRepair reads a repair such as `trim` or `date("DD.MM.YYYY")`; undefined where the text is none. */
export function parseQualityRepair(text: string): QualityRepair | undefined {
  const name = plainNames.find((known) => known === text);
  if (name !== undefined) return { name };
  const found = datePattern.exec(text);
  const format = found?.[1] ?? found?.[2];
  return format === undefined || dateFormatProblem(format) !== undefined ? undefined : { name: 'date', format };
}

/** qualityRepairProblem says why a text is no repair. */
export function qualityRepairProblem(text: string): string {
  const found = datePattern.exec(text);
  const format = found?.[1] ?? found?.[2];
  if (format !== undefined) return dateFormatProblem(format)?.replace(/\.$/, '') ?? `unknown repair '${text}'`;
  return /^date\b/.test(text) ? `a repair of dates names their form, as in date("DD.MM.YYYY")` : `unknown repair '${text}'`;
}

function dateFormatProblem(format: string): string | undefined {
  try {
    compileDateFormat(format);
    // A time of day would be lost in a date, or come without a zone.
    return /[Hh]/.test(format) ? 'A repair reads dates without a time of day.' : undefined;
  } catch (error) {
    if (error instanceof DateFormatError) return error.message;
    throw error;
  }
}
