import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectorCatalogue } from '../../../src/config/connector/catalogue.js';
import { connectorSchema } from '../../../src/config/schema/connector-schema.js';
import { checks } from './checks.js';
import type { Results } from './results.js';

/** pageFile is docs/connectors.md. */
export const pageFile = resolve(import.meta.dirname, '../../../docs/connectors.md');

/** connectorsPage gives docs/connectors.md with its generated parts as they ought to be. */
export function connectorsPage(catalogue: ConnectorCatalogue, results: Results): string {
  const parts: Readonly<Record<string, string>> = { connectors: listOf(catalogue), conformance: tableOf(catalogue, results), notes: notesOf(catalogue) };
  return readFileSync(pageFile, 'utf8').replaceAll(/(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new RangeError(`no generated part is called '${name}'`);
    return `${begin}\n${part}\n\n${end}`;
  });
}

function listOf(catalogue: ConnectorCatalogue): string {
  const rows = [...catalogue.values()].map((connector) => {
    const { title, about } = connectorSchema.parse(connector.value);
    const auth = (connector.value['auth'] as readonly { type: string; grant?: string }[]).map(({ type, grant }) => `\`${type}\`${grant === 'authorization_code' ? ' (an account that a person connects)' : ''}`).join(', ');
    return `| \`${connector.name}\` | [${title}](${about.docs}) | ${about.category} | ${about.api} (${about.pinned}) | ${Object.keys(connector.value['objects'] as object).join(', ')} | ${auth} |`;
  });
  return ['| connector | product | kind | API, and where its version stands | objects | authentication |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function tableOf(catalogue: ConnectorCatalogue, results: Results): string {
  const reasons: string[] = [];
  const cell = (name: string, check: string): string => {
    const result = results[name]?.[check];
    if (result === undefined) return '?';
    if (result === 'ok') return 'yes';
    if (!reasons.includes(result)) reasons.push(result);
    return `${result.startsWith('waived') ? 'waived' : 'n/a'} (${reasons.indexOf(result) + 1})`;
  };
  const names = [...catalogue.keys()];
  const rows = checks.map(({ name, shows }) => `| **${name}**: ${shows} | ${names.map((connector) => cell(connector, name)).join(' | ')} |`);
  return [
    `| check | ${names.join(' | ')} |`, `|---|${names.map(() => '---|').join('')}`, ...rows,
    ...(reasons.length === 0 ? [] : ['', ...reasons.map((reason, index) => `${index + 1}. ${reason.replace(/^not applicable: /, 'Not applicable: ').replace(/^waived: /, 'Waived: ')}`)]),
  ].join('\n');
}

function notesOf(catalogue: ConnectorCatalogue): string {
  return [...catalogue.values()].map((connector) => {
    const { title, about, settings } = connectorSchema.parse(connector.value);
    const rows = Object.entries(settings).map(([name, { description, default: given, example }]) => `| \`${name}\` | ${description} | ${given === undefined ? `required, such as \`${String(example)}\`` : `\`${Array.isArray(given) ? given.join(', ') : String(given)}\``} |`);
    return [`### ${title}`, '', ...about.notes.map((note) => `- ${note}`), ...(rows.length === 0 ? [] : ['', '| setting | what it is | default |', '|---|---|---|', ...rows])].join('\n');
  }).join('\n\n');
}
