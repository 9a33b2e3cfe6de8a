import type { Json, JsonObject } from '../../contracts/json.js';
import type { FieldRepairs, FieldRules, QualityDefinition } from '../../contracts/quality-definition.js';
import type { Repair } from '../../contracts/sync-definition.js';
import { compileDateFormat } from '../date-format.js';
import { compileGetter } from '../json-pointer.js';
import { readPhone } from '../phone.js';
import { Refusal } from '../refusal.js';
import { compileTextMender, noteRepair, truncateText } from '../repairs.js';
import { MAX_TEXT_LENGTH } from '../text-value.js';
import { isWellFormed } from '../unicode.js';
import { compileFieldJudge, type FieldJudge } from './field-rules.js';
import { compileRegion } from './quality-values.js';

/** RepairedField is a value that the declared repairs change into one that breaks no rule. */
export interface RepairedField {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
  /** Repairs that were made, in their order. */
  readonly made: readonly string[];
}

type Mend = (text: string, record: JsonObject, made: string[]) => string | null;

/**
 * compileRepairs makes a function that applies the declared repairs to a record and gives the fields that they change.
 * Only texts are mended. A value that still breaks a rule of its field afterwards is left as it is, unless
 * `blank-if-invalid` is declared; what is required is never blanked. Mending what was mended changes nothing more.
 */
export function compileRepairs({ repairs, rules, timeZone }: Pick<QualityDefinition, 'repairs' | 'rules' | 'timeZone'>): (record: JsonObject) => readonly RepairedField[] {
  const fields = repairs.map((declared) => {
    const rule = rules.find(({ field }) => field === declared.field) ?? { field: declared.field, required: false, unique: false };
    return { field: declared.field, get: compileGetter(declared.field), mend: compileMend(declared, rule, compileFieldJudge(rule, timeZone)) };
  });
  return (record) => fields.flatMap(({ field, get, mend }) => {
    const before = get(record);
    if (typeof before !== 'string' || before === '' || before.length > MAX_TEXT_LENGTH || !isWellFormed(before)) return [];
    const made: string[] = [];
    const after = mend(before, record, made);
    return after === before || made.length === 0 ? [] : [{ field, before, after, made }];
  });
}

function compileMend({ repairs }: FieldRepairs, rule: FieldRules, judge: FieldJudge): Mend {
  const has = (name: Repair | 'e164'): boolean => repairs.some((repair) => repair.name === name);
  const steps = [textStep(repairs.flatMap(({ name }) => (name === 'date' || name === 'e164' ? [] : [name]))), dateStep(repairs), ...(has('e164') ? [phoneStep(rule)] : [])];
  if (has('truncate') && rule.maxLength !== undefined) steps.push(truncateStep(rule.maxLength));
  const blanks = has('blank-if-invalid') && !rule.required;
  return (text, record, made) => {
    const mended = settled(text, (current) => steps.reduce((value, step) => step(value, record, made), current));
    if (mended !== undefined && judge(mended, record) === undefined) return mended;
    made.length = 0;
    if (!blanks) return text;
    made.push('blank-if-invalid');
    return null;
  };
}

const MAX_ROUNDS = 5;

/** A repair may lay open what another one mends, as a cut does; undefined where they never come to rest. */
function settled(text: string, round: (text: string) => string): string | undefined {
  let current = text;
  for (let count = 0; count < MAX_ROUNDS; count += 1) {
    const next = round(current);
    if (next === current) return current;
    current = next;
  }
  return undefined;
}

type Step = (text: string, record: JsonObject, made: string[]) => string;

function textStep(names: readonly Repair[]): Step {
  const mend = compileTextMender(names);
  return (text, _record, made) => mend(text, made);
}

/** Of several forms the first that reads the text counts; a date that is written right already stays. */
function dateStep(repairs: FieldRepairs['repairs']): Step {
  const formats = repairs.flatMap((repair) => (repair.name === 'date' ? [compileDateFormat(repair.format)] : []));
  return (text, _record, made) => {
    for (const format of formats) {
      const date = format(text.trim());
      if (date === undefined) continue;
      if (date !== text) noteRepair(made, 'date');
      return date;
    }
    return text;
  };
}

function phoneStep({ region }: FieldRules): Step {
  const regionOf = compileRegion(region);
  return (text, record, made) => {
    const read = readPhone(text, regionOf(record));
    // E.164 cannot carry an extension, and a repair loses nothing.
    if (read instanceof Refusal || read.extensionDropped) return text;
    if (read.number !== text) noteRepair(made, 'e164');
    return read.number;
  };
}

function truncateStep(maxLength: number): Step {
  return (text, _record, made) => {
    const cut = truncateText(text, maxLength);
    if (cut !== text) noteRepair(made, 'truncate');
    return cut;
  };
}
