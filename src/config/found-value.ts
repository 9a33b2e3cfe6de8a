import type { DefinitionPath } from './definition-source.js';

// Below these keys a value may be a credential that somebody wrote down; findings tell its kind only.
const confidentialKeys: ReadonlySet<string | number> = new Set(['auth', 'webhooks', 'headers', 'params', 'baseUrl']);

/** describeFound says in a few words what stands at a place, without showing what could be a secret. */
export function describeFound(value: unknown, path: DefinitionPath): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (path.some((step) => confidentialKeys.has(step))) return `${typeof value === 'string' ? 'text' : `a ${typeof value}`}, not shown here`;
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
  const line = value.replaceAll(/\s+/g, ' ');
  return `'${line.length > 60 ? `${line.slice(0, 59)}…` : line}'`;
}
