import type { DefinitionSet } from '../../config/definition-set.js';
import { didYouMean } from '../../config/suggestion.js';
import type { DefinitionKind } from '../../contracts/definition-kind.js';
import { explainDefinition, type ExplainableDefinition } from '../../explain/explain-definition.js';
import type { Explanation } from '../../explain/explanation.js';
import { handoffDiagram } from '../../explain/handoff-diagram.js';
import { explanationLines, explanationMarkdown } from '../../explain/render-explanation.js';
import { everyActiveDefinition } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import { displayWidth } from '../terminal/display-width.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { wrapped } from '../terminal/wrap.js';

/** ExplainOptions is which definition is explained, and how. */
export interface ExplainOptions {
  readonly kind?: DefinitionKind;
  readonly format: 'text' | 'markdown' | 'mermaid';
  readonly definitions?: string;
  readonly inForce?: boolean;
}

interface Named {
  readonly name: string;
  readonly definition: ExplainableDefinition;
}

/** explainReport says what a definition does; throws CommandError where there is none of that name, or several. */
export async function explainReport({ session }: CommandContext, name: string, options: ExplainOptions): Promise<Report> {
  const { known, where } = options.inForce === true ? { known: await inForce(session), where: 'in force' } : await inFolder(session, options.definitions);
  const found = known.filter((each) => each.name === name && (options.kind === undefined || each.definition.kind === options.kind));
  const [only] = found;
  if (only === undefined) throw badInput(`There is no definition "${name.slice(0, 100)}" ${where}${sentenceEnd(didYouMean(name, known.map((each) => each.name)))}`, { todo: 'A definition with errors is not explained: see "crosswalk check".' });
  if (found.length > 1) throw badInput(`Several definitions are called "${name}".`, { todo: `Say which one with --kind ${found.map(({ definition }) => definition.kind).join(' or --kind ')}.` });
  const { definition } = only;
  if (options.format === 'mermaid' && definition.kind !== 'handoff') throw badInput(`Only handoffs have a diagram; "${name}" is a definition of the kind ${definition.kind}.`);
  const explanation = explainDefinition(definition);
  return {
    data: { name, kind: definition.kind, ...explanation, ...(definition.kind === 'handoff' ? { mermaid: handoffDiagram(definition.body) } : {}) },
    text: (style) => {
      if (options.format === 'mermaid' && definition.kind === 'handoff') return handoffDiagram(definition.body);
      return options.format === 'markdown' ? explanationMarkdown(explanation) : explanationText(explanation, style);
    },
  };
}

async function inForce(session: CommandContext['session']): Promise<readonly Named[]> {
  const definitions = await everyActiveDefinition(await session.database());
  return definitions.map(({ kind, name, body }) => ({ name, definition: { kind, body } as ExplainableDefinition }));
}

async function inFolder(session: CommandContext['session'], given: string | undefined): Promise<{ readonly known: readonly Named[]; readonly where: string }> {
  const folder = definitionsFolder({ given, env: process.env, orSandbox: session.isLocal() });
  const { loadDefinitions } = await import('../../config/definition-set.js');
  return { known: definitionsIn(await loadDefinitions(folder, { checkEnvironment: false })), where: `without errors in ${folder}` };
}

/** definitionsIn is every definition of a folder that can be explained. */
export function definitionsIn({ systems, syncs, qualities, handoffs, teams, channels, alerts }: DefinitionSet): readonly Named[] {
  return [...allOf('system', systems), ...allOf('sync', syncs), ...allOf('quality', qualities), ...allOf('handoff', handoffs), ...allOf('team', teams), ...allOf('channel', channels), ...allOf('alerts', alerts)];
}

function allOf(kind: DefinitionKind, bodies: ReadonlyMap<string, unknown>): readonly Named[] {
  return [...bodies].map(([name, body]) => ({ name, definition: { kind, body } as ExplainableDefinition }));
}

/** explanationText writes an explanation for a terminal. */
export function explanationText({ title, subject, sections }: Explanation, style: Style): string {
  const { colors } = style;
  return [
    `${colors.bold(wrapped(title, style))} ${colors.dim(`(${subject})`)}`,
    ...sections.flatMap(({ heading, lines }) => ['', colors.bold(heading), ...explanationLines(lines).map(({ lead, text }) => lead + wrapped(text, style, ' '.repeat(displayWidth(lead))).trimStart())]),
  ].join('\n');
}
