import { z } from 'zod';
import { parseIsoTime } from '../../domain/dates.js';
import { compileLinearPattern } from '../../domain/quality/linear-pattern.js';
import { PatternError } from '../../domain/quality/linear-pattern-parser.js';
import { parseDailyTime } from '../daily-time.js';
import { parseQualityRepair, qualityRepairNames, qualityRepairProblem } from '../quality-repair.js';
import { didYouMean } from '../suggestion.js';
import { timeOfDayPattern } from '../time-of-day.js';
import { checkedText, keyed, oneOf, plainText } from './checked-text.js';
import { conditionText } from './condition-text.js';
import { regionText } from './mapping-schema.js';
import { fieldText, nameText, objectReferenceText, percentageText } from './scalars.js';

/** qualityFormats are the forms that a value can be asked to have. */
export const qualityFormats = ['email', 'phone', 'url', 'date', 'datetime', 'postcode', 'country', 'currency', 'integer', 'decimal', 'boolean'] as const;

function dailyText(): z.ZodString {
  const expected = 'a time such as "daily 04:30 Europe/Berlin"';
  return checkedText(expected, (text) => {
    if (parseDailyTime(text) !== undefined) return undefined;
    const zone = timeOfDayPattern.exec(text.replace(/^daily /, ''))?.[3];
    if (!text.startsWith('daily ') || zone === undefined) return { message: `expected ${expected}`, type: 'invalid-value' };
    const near = didYouMean(zone, ['UTC', ...Intl.supportedValuesOf('timeZone')]) || '; use a name of the IANA database such as Europe/Berlin';
    return { message: `unknown time zone '${zone}'${near}`, type: 'invalid-value', offset: text.indexOf(zone) };
  });
}

function patternText(): z.ZodString {
  return checkedText('a pattern such as [A-Z]{2}[0-9]{6}', (text) => {
    try {
      compileLinearPattern(text);
      return undefined;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return { message: `pattern, character ${error.offset + 1}: ${error.message.replace(/\.$/, '')}`, type: 'invalid-value', offset: error.offset };
    }
  });
}

function boundSchema() {
  return oneOf('a number, or a date such as "2026-11-23"', [
    z.number(),
    checkedText('a date such as "2026-11-23"', (text) => {
      const time = parseIsoTime(text);
      return time === undefined || time.hasTime ? { message: 'expected a date such as "2026-11-23"', type: 'invalid-value' } : undefined;
    }),
  ]);
}

const ruleSchema = keyed({
  required: z.boolean().default(false).describe('Whether every record needs a value. Blank text, null and an empty list are none.'),
  unique: z.boolean().default(false).describe('Whether no two records may have the same value. Addresses and numbers are compared normalised, other values without case.'),
  format: z.enum(qualityFormats).optional().describe('Form that the value must have.'),
  region: regionText().optional().describe('Country of phone numbers without a country code, and of postcodes: `DE`, or `from(country)` for the field that holds it.'),
  values: z.array(plainText('text')).min(1).max(1_000).optional().describe('Allowed values, written as they must be.'),
  pattern: patternText().optional()
    .describe('Pattern that the whole value must match: characters, `.`, classes, `\\d \\w \\s \\p{L}`, groups, `|` and the quantifiers `? * + {2} {2,5}`. It is matched in linear time; back references and look-around are not taken.'),
  maxLength: z.int().min(1).max(1_000_000).optional().describe('Most characters that the value may have.'),
  range: keyed({
    min: boundSchema().optional().describe('Least value allowed.'),
    max: boundSchema().optional().describe('Greatest value allowed.'),
  }).optional().describe('Bounds of a number, or of a date.'),
});

const duplicateSchema = oneOf('a field, or { field, kind }', [
  fieldText(),
  keyed({
    field: fieldText().describe('Field whose equal values make two records the same.'),
    kind: z.enum(['email', 'phone', 'name', 'text']).optional()
      .describe('How values are compared: `email` and `phone` normalised, `name` of a company without legal form, accents and punctuation, `text` without case. Default: by the format of the field\'s rules, otherwise `text`.'),
    region: regionText().optional().describe('Country of phone numbers without a country code. Default: that of the field\'s rules.'),
  }),
]);

const repairText = (): z.ZodString => checkedText(`a repair such as trim, e164 or date("DD.MM.YYYY")`, (text) => {
  const problem = parseQualityRepair(text) === undefined ? qualityRepairProblem(text) : undefined;
  return problem === undefined ? undefined : { message: `${problem}${/^date\b/.test(text) ? '' : didYouMean(text, qualityRepairNames)}`, type: 'invalid-value' };
});

const repairsSchema = oneOf('a repair such as trim, or a list of repairs', [repairText(), z.array(repairText()).min(1).max(10)]);

const targetsSchema = keyed({
  duplicateRate: percentageText('1%').optional().describe('Share of records that another record already stands for, by a key of `duplicates`.'),
  missing: percentageText('2%').optional().describe('Share of records that lack at least one required field.'),
  invalid: percentageText('1%').optional().describe('Share of records with at least one value that breaks a rule other than `required`.'),
  differs: percentageText('0.5%').optional().describe('Share of records whose fields differ between two systems, by the newest reconciliation.'),
});

/** qualitySchema is a quality definition as people write it. */
export const qualitySchema = keyed({
  quality: nameText('crm-contacts').describe('Name of the definition. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the definition.'),
  owner: plainText('a department', 100).optional().describe('Department that answers for these records, and whose report they are in. Default: the owner of the system.'),
  object: objectReferenceText('crm.contact').describe('What is checked: `system.object`.'),
  when: dailyText().optional().describe('When it is checked: `"daily 04:30 Europe/Berlin"`, in UTC without a zone. Without it, only when somebody starts it.'),
  scope: conditionText("status = 'active'").optional().describe('Only records for which this condition holds are checked. Deleted records never are.'),
  rules: z.record(fieldText(), ruleSchema).describe('What is asked of each field, by its name or its JSON Pointer.'),
  duplicates: z.array(duplicateSchema).max(10).default([]).describe('Fields by whose equal values two records are the same; any one of them is enough.'),
  targets: targetsSchema.prefault({}).describe('Greatest share that is still good, for each metric.'),
  repairs: z.record(fieldText(), repairsSchema).prefault({})
    .describe('Mending that may be planned, by field: repairs of syncs, `e164` for phone numbers, `date("DD.MM.YYYY")` for dates in another form. Whatever is not declared is left to people.'),
  findings: z.int().min(1).max(10_000).default(200).describe('Most findings that are kept for each rule; all are counted.'),
}).meta({ title: 'Crosswalk quality', description: 'What good records of one object look like.' });

/** AuthorQuality is a quality definition as it is written, defaults filled in. */
export type AuthorQuality = z.output<typeof qualitySchema>;
