import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import { explainHandoff } from './explain-handoff.js';
import { handoffDiagram } from './handoff-diagram.js';
import { explanationSections } from './render-explanation.js';

/**
 * withProcessParts fills the generated parts of a process's Markdown page, its diagram and its sentences, each between
 * `<!-- generated: NAME -->` and `<!-- end -->`, and leaves everything else as it is. Throws RangeError where one is missing.
 */
export function withProcessParts(page: string, definition: HandoffDefinition): string {
  const parts: Readonly<Record<string, () => string>> = {
    diagram: () => `\`\`\`mermaid\n${handoffDiagram(definition)}\n\`\`\``,
    sentences: () => explanationSections(explainHandoff(definition), 3),
  };
  const filled = new Set<string>();
  const text = page.replaceAll(/(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const make = parts[name];
    if (make === undefined) throw new RangeError(`no generated part is called '${name}'`);
    filled.add(name);
    return `${begin}\n${make()}\n\n${end}`;
  });
  const missing = Object.keys(parts).filter((name) => !filled.has(name));
  if (missing.length > 0) throw new RangeError(`the page has no place for ${missing.join(', ')}`);
  return text;
}
