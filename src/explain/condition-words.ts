import type { CompareOperator, Condition } from '../contracts/condition.js';
import { literal, named, series } from './words.js';

/** NameOf says how a field is called; undefined: by its own name. */
export type NameOf = (field: string) => string | undefined;

const OPERATORS: Readonly<Record<CompareOperator, string>> = { '=': 'is', '!=': 'is not', '<': 'is less than', '<=': 'is at most', '>': 'is more than', '>=': 'is at least' };

/** conditionWords says a condition as a sentence without its full stop: `amount of the deal is at least 50,000`. */
export function conditionWords(condition: Condition, nameOf: NameOf = () => undefined): string {
  const name = (field: string): string => nameOf(field) ?? named(field);
  const grouped = (each: Condition): string => (each.kind === 'all' || each.kind === 'any' ? `(${conditionWords(each, nameOf)})` : conditionWords(each, nameOf));
  switch (condition.kind) {
    case 'all': return joined(condition.of, 'and', name, grouped);
    case 'any': return joined(condition.of, 'or', name, grouped);
    case 'not': {
      const field = fieldOf(condition.of);
      return field === undefined ? `it does not hold that ${grouped(condition.of)}` : `${name(field)} ${predicate(condition.of, true)}`;
    }
    default: return `${name(condition.field)} ${predicate(condition)}`;
  }
}

/** Several things that are said of one field name it once. */
function joined(of: readonly Condition[], word: string, name: (field: string) => string, whole: (condition: Condition) => string): string {
  const parts = of.map((each, index) => {
    const field = fieldOf(each);
    const before = of[index - 1];
    return field !== undefined && before !== undefined && fieldOf(before) === field ? predicate(each) : field === undefined ? whole(each) : `${name(field)} ${predicate(each)}`;
  });
  return parts.join(` ${word} `);
}

function fieldOf(condition: Condition): string | undefined {
  if (condition.kind === 'not') return condition.of.kind === 'not' ? undefined : fieldOf(condition.of);
  return 'field' in condition ? condition.field : undefined;
}

function predicate(condition: Condition, negated = false): string {
  switch (condition.kind) {
    case 'not': return predicate(condition.of, !negated);
    case 'empty': return condition.negated === negated ? 'is empty' : 'is not empty';
    case 'in': return condition.negated === negated ? `is one of ${series(condition.values.map(literal), 'or')}` : `is none of ${series(condition.values.map(literal))}`;
    case 'compare': {
      const operator = negated ? (NEGATED[condition.operator] ?? OPERATORS[condition.operator].replace('is', 'is not')) : OPERATORS[condition.operator];
      return `${operator} ${condition.value === '' || condition.value === null ? 'empty' : literal(condition.value)}`;
    }
    default: return conditionWords(condition);
  }
}

// "Is not at most" is not "is more than": what is empty, or no number, is neither.
const NEGATED: Partial<Record<CompareOperator, string>> = { '=': 'is not', '!=': 'is' };
