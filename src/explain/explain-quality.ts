import type { FieldRules, QualityDefinition, QualityFormat, QualityMetric } from '../contracts/quality-definition.js';
import { conditionWords } from './condition-words.js';
import { line, section, type Explanation, type ExplanationLine } from './explanation.js';
import { clock, figure, literal, named, series, share } from './words.js';

const METRICS: Readonly<Record<QualityMetric, string>> = {
  duplicateRate: 'records that are there more than once', missing: 'records with a required field that is missing', invalid: 'records with a value that is not valid', differs: 'records that differ from their counterparts',
};

const FORMATS: Readonly<Record<QualityFormat, string>> = {
  email: 'an e-mail address', phone: 'a telephone number', url: 'a web address', date: 'a date', datetime: 'a date and time', postcode: 'a postcode',
  country: 'a country', currency: 'a currency', integer: 'a whole number', decimal: 'a number', boolean: 'yes or no',
};

/** explainQuality says in plain sentences what good records look like, and what is mended. */
export function explainQuality(quality: QualityDefinition): Explanation {
  const { object, when, timeZone, scope, owner, targets, duplicates, repairs } = quality;
  return {
    title: quality.title, subject: `quality ${quality.quality}`,
    sections: [
      ...section('What is measured', [
        `Each ${object.object} in ${object.system}${scope === undefined ? '' : ` where ${conditionWords(scope)}`}.`,
        when === undefined ? 'When somebody starts it.' : `Every day at ${clock(when.hour, when.minute)} (${when.timeZone}).`,
        `Days are counted in ${timeZone}.`,
        owner === undefined ? undefined : `The department ${owner} answers for it.`,
      ]),
      ...section('What is asked of fields', quality.rules.map(ruleLine)),
      ...section('Duplicates', duplicates.length === 0 ? [] : [`Two records with the same ${series(duplicates.map(({ field }) => named(field)), 'or the same')} are taken for one that is there twice.`]),
      ...section('Targets', Object.entries(targets).flatMap(([metric, most]) => [`At most ${share(most)} ${METRICS[metric as QualityMetric]}.`])),
      ...section('What can be mended', repairs.map(({ field, repairs: each }) => `${named(field)}: ${series(each.map((repair) => ('format' in repair ? `dates written as ${repair.format}` : repair.name)))}.`)),
      ...section('Mending', repairs.length === 0 ? [] : ['Nothing is mended by itself: a plan shows each change, and a person approves it.']),
    ],
  };
}

function ruleLine({ field, required, unique, format, values, pattern, maxLength, range, region }: FieldRules): ExplanationLine {
  const parts = [
    ...(required ? ['must be there'] : []), ...(unique ? ['no two records may have the same'] : []),
    ...(format === undefined ? [] : [`must be ${FORMATS[format]}`]),
    ...(region === undefined ? [] : [`of the country ${'value' in region ? region.value : `that is in ${named(region.field)}`}`]),
    ...(values === undefined ? [] : [`must be one of ${series(values.map(literal), 'or')}`]),
    ...(pattern === undefined ? [] : [`must look like ${pattern}`]),
    ...(maxLength === undefined ? [] : [`at most ${figure(maxLength)} characters`]),
    ...(range === undefined ? [] : [`must be ${series([...(range.min === undefined ? [] : [`at least ${literal(range.min)}`]), ...(range.max === undefined ? [] : [`at most ${literal(range.max)}`])])}`]),
  ];
  return line(`${named(field)}: ${parts.join('; ')}.`);
}
