import { Graph, layout } from '@dagrejs/dagre';
import type { Catalog, CatalogFlow, CatalogSystem } from '../contracts/catalog.js';
import { textWidth } from './text-width.js';

/** Point is a place in the drawing, pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** PlacedSystem is a system with its box; `x` and `y` are its upper left corner. */
export interface PlacedSystem extends Point {
  readonly system: CatalogSystem;
  /** One line for each kind of data, as in `contact: name, email`. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** PlacedFlow is an arrow, which may stand for several flows of a kind between the same systems. */
export interface PlacedFlow {
  readonly kind: CatalogFlow['kind'];
  readonly twoWay: boolean;
  readonly lines: readonly string[];
  readonly points: readonly Point[];
  /** Middle of the label. */
  readonly label: Point;
  readonly labelWidth: number;
}

/** CatalogLayout is the map of a catalogue with everything in its place. */
export interface CatalogLayout {
  readonly width: number;
  readonly height: number;
  readonly systems: readonly PlacedSystem[];
  readonly flows: readonly PlacedFlow[];
}

/** drawing is the measures that layout and drawing agree on, pixels. */
export const drawing = { padding: 14, title: 15, small: 11.5, line: 17, head: 46, label: 11, labelLine: 14 } as const;

const WIDEST = 280;
const MOST_LINES = 6;

const MARGIN = 24;
const GAP = 34;

/** layOutCatalog places the systems that something moves between in layers from left to right, leads the arrows around them, and puts the others in rows below. */
export function layOutCatalog({ systems, flows }: Catalog): CatalogLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 110, edgesep: 22, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map(systems.map((system) => [system.system, boxOf(system)]));
  const arrows = arrowsOf(flows.filter(({ from, to }) => from !== to && boxes.has(from) && boxes.has(to)));
  const joined = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  for (const [name, { width, height }] of boxes) if (joined.has(name)) graph.setNode(name, { width, height });
  for (const { name, from, to, lines } of arrows) {
    const width = Math.max(...lines.map((line) => textWidth(line, drawing.label))) + 10;
    graph.setEdge(from, to, { width, height: lines.length * drawing.labelLine + 8, labelpos: 'c' }, name);
  }
  layout(graph);
  const placed = systems.flatMap((system): PlacedSystem[] => {
    const box = boxes.get(system.system);
    if (box === undefined || !joined.has(system.system)) return [];
    const at: Partial<Point> = graph.node(system.system);
    return [{ system, ...box, x: number(at.x) - box.width / 2, y: number(at.y) - box.height / 2 }];
  });
  const led = arrows.map(({ name, from, to, kind, twoWay, lines }): LedArrow => {
    const edge: EdgePlace = graph.edge(from, to, name);
    return { from, to, kind, twoWay, lines, points: edge.points ?? [], label: { x: number(edge.x), y: number(edge.y) }, labelWidth: number(edge.width) };
  });
  const size: { readonly width?: number; readonly height?: number } = joined.size === 0 ? {} : graph.graph();
  const alone = inRows(systems.flatMap((system) => {
    const box = boxes.get(system.system);
    return box === undefined || joined.has(system.system) ? [] : [{ system, ...box }];
  }), Math.max(number(size.width), 700), joined.size === 0 ? MARGIN : number(size.height) + 8);
  const all = [...placed, ...alone];
  return {
    width: Math.ceil(Math.max(number(size.width), ...all.map(({ x, width }) => x + width + MARGIN))),
    height: Math.ceil(Math.max(number(size.height), ...all.map(({ y, height }) => y + height + MARGIN))),
    systems: all, flows: atSides(led, placed),
  };
}

/** Systems that nothing moves to or from, one beside the other. */
function inRows(boxes: readonly Omit<PlacedSystem, 'x' | 'y'>[], width: number, top: number): PlacedSystem[] {
  let x: number = MARGIN;
  let y = top;
  let highest = 0;
  return boxes.map((box) => {
    if (x > MARGIN && x + box.width + MARGIN > width) {
      x = MARGIN;
      y += highest + GAP;
      highest = 0;
    }
    const placed = { ...box, x, y };
    x += box.width + GAP;
    highest = Math.max(highest, box.height);
    return placed;
  });
}

interface LedArrow extends PlacedFlow {
  readonly from: string;
  readonly to: string;
}

/** Arrows to the right leave a box on its right side and reach the next on its left, spread over the side in the order of their labels. */
function atSides(arrows: readonly LedArrow[], systems: readonly PlacedSystem[]): PlacedFlow[] {
  const isForward = ({ points }: LedArrow): boolean => (points.at(-1)?.x ?? 0) > (points[0]?.x ?? 0);
  const side = (arrow: LedArrow, end: 'from' | 'to'): Point | undefined => {
    const box = systems.find(({ system }) => system.system === arrow[end]);
    if (box === undefined) return undefined;
    const beside = arrows.filter((other) => other[end] === arrow[end] && isForward(other)).toSorted((a, b) => a.label.y - b.label.y);
    return { x: end === 'from' ? box.x + box.width : box.x, y: box.y + (box.height * (beside.indexOf(arrow) + 1)) / (beside.length + 1) };
  };
  return arrows.map((arrow): PlacedFlow => {
    const { from: _from, to: _to, ...flow } = arrow;
    const [start, end] = isForward(arrow) ? [side(arrow, 'from'), side(arrow, 'to')] : [];
    if (start === undefined || end === undefined) return flow;
    // Where the label is, the arrow must be too; what dagre leads around other boxes is kept.
    return { ...flow, points: [start, ...arrow.points.slice(1, -1), end] };
  });
}

/** What the layout has written into the label of an edge; the types of the library do not resolve under NodeNext. */
interface EdgePlace extends Partial<Point> {
  readonly points?: readonly Point[];
  readonly width?: number;
}

interface Arrow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly kind: CatalogFlow['kind'];
  readonly twoWay: boolean;
  readonly lines: readonly string[];
}

function arrowsOf(flows: readonly CatalogFlow[]): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { kind, from, to, twoWay, fromObject, toObjects, title } of flows) {
    const name = JSON.stringify([kind, from, to, twoWay]);
    const line = shortened(kind === 'sync' ? `${fromObject} ${twoWay ? '↔' : '→'} ${toObjects.join(', ')}` : title, 200, drawing.label);
    const known = arrows.get(name);
    arrows.set(name, { name, from, to, kind, twoWay, lines: [...(known?.lines ?? []), line] });
  }
  return [...arrows.values()];
}

function boxOf(system: CatalogSystem): Pick<PlacedSystem, 'lines' | 'width' | 'height'> {
  const all = system.holds.map(({ data, fields }) => shortened(`${data}: ${fields.join(', ')}`, WIDEST - 2 * drawing.padding, drawing.small));
  const lines = all.length > MOST_LINES ? [...all.slice(0, MOST_LINES - 1), `and ${all.length - MOST_LINES + 1} more`] : all;
  const widths = [textWidth(system.title, drawing.title) * 1.08, textWidth(departmentsText(system), drawing.small), ...lines.map((line) => textWidth(line, drawing.small))];
  const width = Math.min(WIDEST, Math.max(150, Math.ceil(Math.max(...widths)) + 2 * drawing.padding));
  return { lines, width, height: drawing.head + (lines.length === 0 ? 6 : lines.length * drawing.line + drawing.padding) };
}

/** departmentsText is the line under the title of a system. */
export function departmentsText({ departments, listed, native }: CatalogSystem): string {
  const parts = [departments.join(', '), listed ? 'not connected' : '', native ? 'native' : ''].filter((part) => part !== '');
  return parts.join(' · ');
}

function shortened(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text;
  while (kept.length > 1 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.replace(/[,\s]+$/, '')}…`;
}

function number(value: number | undefined): number {
  return value ?? 0;
}
