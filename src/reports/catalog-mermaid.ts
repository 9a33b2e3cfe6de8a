import type { Catalog, CatalogFlow, CatalogSystem } from '../contracts/catalog.js';

/** catalogMermaid writes the map of a catalogue as a Mermaid flowchart (mermaid.js.org, flowchart syntax): syncs as arrows, handoffs dotted. */
export function catalogMermaid({ systems, flows }: Catalog): string {
  // Words such as `end` mean something to Mermaid, so systems go by numbers.
  const ids = new Map(systems.map(({ system }, index) => [system, `s${index + 1}`]));
  return [
    'flowchart LR',
    ...systems.map((system) => `  ${ids.get(system.system) ?? ''}["${boxText(system)}"]${system.listed ? ':::listed' : ''}`),
    ...flows.flatMap((flow) => {
      const from = ids.get(flow.from);
      const to = ids.get(flow.to);
      return from === undefined || to === undefined ? [] : [`  ${from} ${arrow(flow)}|"${flowText(flow)}"| ${to}`];
    }),
    ...(systems.some(({ listed }) => listed) ? ['  classDef listed stroke-dasharray: 5 4'] : []),
  ].join('\n') + '\n';
}

function arrow({ kind, twoWay }: CatalogFlow): string {
  if (kind === 'handoff') return '-.->';
  return twoWay ? '<-->' : '-->';
}

function boxText({ title, departments, holds }: CatalogSystem): string {
  return [`<b>${quoted(title)}</b>`, ...(departments.length === 0 ? [] : [`<i>${quoted(departments.join(', '))}</i>`]), ...holds.map(({ data }) => quoted(data))].join('<br>');
}

function flowText({ kind, title, fromObject, toObjects }: CatalogFlow): string {
  return quoted(kind === 'handoff' ? title : `${fromObject} to ${toObjects.join(', ')}`);
}

/** Mermaid reads `#35;` as a character by its number; quotes, markup and line breaks end the text otherwise. */
function quoted(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').replaceAll(/["#<>&`\\;{}[\]|]/g, (character) => `#${character.codePointAt(0)};`);
}
