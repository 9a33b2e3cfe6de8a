import type { Condition } from '../contracts/condition.js';
import type { Json } from '../contracts/json.js';

/** formatCondition writes a condition so that parseCondition reads the same one; for plans, logs and the console. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'all': return condition.of.map((each) => grouped(each)).join(' and ');
    case 'any': return condition.of.map((each) => grouped(each)).join(' or ');
    case 'not': return `not ${grouped(condition.of)}`;
    case 'empty': return `${fieldText(condition.field)} is ${condition.negated ? 'not ' : ''}empty`;
    case 'in': return `${fieldText(condition.field)} ${condition.negated ? 'not ' : ''}in (${condition.values.map(literalText).join(', ')})`;
    case 'compare':
  }
  return `${fieldText(condition.field)} ${condition.operator} ${literalText(condition.value)}`;
}

function grouped(condition: Condition): string {
  const text = formatCondition(condition);
  return condition.kind === 'all' || condition.kind === 'any' ? `(${text})` : text;
}

const PLAIN_FIELD = /^[A-Za-z_/][\w./~-]*$/;
const KEYWORD = /^(?:and|or|not|in|is|empty|true|false|null)$/i;

function fieldText(field: string): string {
  return PLAIN_FIELD.test(field) && !KEYWORD.test(field) ? field : `"${field.replaceAll('"', '""')}"`;
}

function literalText(value: Json): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
