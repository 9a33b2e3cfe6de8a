import { line, curveBumpX } from 'd3-shape';
import type { Catalog } from '../contracts/catalog.js';
import { departmentsText, drawing, layOutCatalog, type PlacedFlow, type PlacedSystem, type Point } from './catalog-layout.js';
import { escapeHtml } from './escaped.js';

const LEGEND = 44;

/** catalogSvg draws the map of a catalogue as one SVG that loads nothing: systems as boxes, syncs as arrows, handoffs dashed. */
export function catalogSvg(catalog: Catalog): string {
  const { width, height, systems, flows } = layOutCatalog(catalog);
  const whole = { width: Math.max(width, 600), height: height + LEGEND };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" width="${whole.width}" height="${whole.height}" role="img" aria-label="${escapeHtml(spoken(catalog))}">`,
    `<style>${style}</style>`,
    `<defs>${marker('sync')}${marker('handoff')}</defs>`,
    `<rect class="page" width="${whole.width}" height="${whole.height}" rx="14"/>`,
    ...flows.map(arrow),
    ...systems.map(box),
    // Labels lie above everything, so that no arrow runs through one.
    ...flows.map(label),
    legend(height + 4),
    '</svg>',
  ].join('\n') + '\n';
}

function arrow({ kind, twoWay, points }: PlacedFlow): string {
  const path = line<Point>().x(({ x }) => round(x)).y(({ y }) => round(y)).curve(curveBumpX)([...points]) ?? '';
  return `<path class="flow ${kind}" d="${path}" marker-end="url(#end-${kind})"${twoWay ? ` marker-start="url(#end-${kind})"` : ''}/>`;
}

function label({ kind, lines, label: at, labelWidth }: PlacedFlow): string {
  const height = lines.length * drawing.labelLine + 6;
  const first = at.y - height / 2 + drawing.labelLine;
  return [
    `<rect class="tag" x="${round(at.x - labelWidth / 2)}" y="${round(at.y - height / 2)}" width="${round(labelWidth)}" height="${height}" rx="7"/>`,
    ...lines.map((text, index) => `<text class="label ${kind}-text" x="${round(at.x)}" y="${round(first + index * drawing.labelLine)}" text-anchor="middle">${escapeHtml(text)}</text>`),
  ].join('');
}

function box({ system, lines, x, y, width, height }: PlacedSystem): string {
  const left = round(x + drawing.padding);
  const names = departmentsText(system);
  return [
    `<g${system.listed ? ' class="listed"' : ''}><title>${escapeHtml([system.title, names, system.note ?? ''].filter((text) => text !== '').join(': '))}</title>`,
    `<rect class="box" x="${round(x)}" y="${round(y)}" width="${width}" height="${round(height)}" rx="10"/>`,
    `<text class="title" x="${left}" y="${round(y + 22)}">${escapeHtml(system.title)}</text>`,
    `<text class="soft" x="${left}" y="${round(y + 38)}">${escapeHtml(names)}</text>`,
    ...(lines.length === 0 ? [] : [`<line class="rule" x1="${left}" x2="${round(x + width - drawing.padding)}" y1="${round(y + drawing.head)}" y2="${round(y + drawing.head)}"/>`]),
    ...lines.map((text, index) => `<text class="data" x="${left}" y="${round(y + drawing.head + 15 + index * drawing.line)}">${escapeHtml(text)}</text>`),
    '</g>',
  ].join('');
}

function legend(y: number): string {
  const at = y + 18;
  const item = (x: number, kind: string, text: string): string => `<line class="flow ${kind}" x1="${x}" x2="${x + 34}" y1="${at - 4}" y2="${at - 4}" marker-end="url(#end-${kind})"/><text class="soft" x="${x + 44}" y="${at}">${text}</text>`;
  return `${item(28, 'sync', 'sync, kept in step')}${item(214, 'handoff', 'handoff, carried over once')}<g class="listed"><rect class="box" x="436" y="${at - 14}" width="30" height="18" rx="5"/></g><text class="soft" x="476" y="${at}">not connected</text>`;
}

function marker(kind: string): string {
  return `<marker id="end-${kind}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head-${kind}" d="M0 .8 9 5 0 9.2z"/></marker>`;
}

function spoken({ systems, flows }: Catalog): string {
  return `${systems.map(({ title }) => title).join(', ')}. ${flows.map(({ title }) => title).join(', ')}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const style = `
svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; --page: #ffffff; --panel: #f7f9fc; --rule: #d5dce6; --text: #1d2430; --soft: #5b6675; --sync: #2f5fb3; --handoff: #b0562a; }
@media (prefers-color-scheme: dark) { svg { --page: #14181f; --panel: #1d232d; --rule: #3a4452; --text: #e6e9ee; --soft: #9aa5b4; --sync: #8ab4f8; --handoff: #f0a374; } }
.page { fill: var(--page); }
.box { fill: var(--panel); stroke: var(--rule); stroke-width: 1.5; }
.listed .box { fill: none; stroke: var(--soft); stroke-dasharray: 5 4; }
.title { fill: var(--text); font-size: ${drawing.title}px; font-weight: 650; }
.data { fill: var(--text); font-size: ${drawing.small}px; }
.soft { fill: var(--soft); font-size: ${drawing.small}px; }
.rule { stroke: var(--rule); }
.flow { fill: none; stroke-width: 1.8; }
.sync { stroke: var(--sync); } .head-sync { fill: var(--sync); } .sync-text { fill: var(--sync); }
.handoff { stroke: var(--handoff); stroke-dasharray: 6 4; } .head-handoff { fill: var(--handoff); } .handoff-text { fill: var(--handoff); }
.tag { fill: var(--page); }
.label { font-size: ${drawing.label}px; font-weight: 550; }
`.trim();
