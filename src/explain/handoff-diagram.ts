import type { HandoffDefinition, HandoffStep } from '../contracts/handoff-definition.js';
import { conditionWords, type NameOf } from './condition-words.js';
import { handoffNames } from './handoff-names.js';
import { named, series, span } from './words.js';

/** StepMark is what a test made of a step; steps without one were not reached. */
export type StepMark = 'done' | 'skipped' | 'failed';

/** Longest label of a node or an arrow, in characters. */
const LONGEST = 120;

/** Open is an arrow that leads on from a node, with what stands on it. */
interface Open {
  readonly from: string;
  readonly label?: string;
}

/**
 * handoffDiagram draws a handoff as a flowchart of Mermaid (mermaid.js.org, flowchart syntax). With marks, by the names
 * of steps, it shows the way that a test has taken.
 */
export function handoffDiagram(definition: HandoffDefinition, marks?: ReadonlyMap<string, StepMark>): string {
  const drawing = new Drawing(handoffNames(definition), marks);
  const { trigger } = definition;
  const start = drawing.node('(["', `${trigger.on.object}${trigger.when === undefined ? '' : `: ${conditionWords(trigger.when)}`}`, '"])');
  const open = drawing.steps(definition.steps, [{ from: start }]);
  if (open.length > 0) drawing.join(open, drawing.node('(["', 'done', '"])'));
  return ['flowchart TD', ...drawing.lines.map((line) => `  ${line}`), ...(marks === undefined ? [] : STYLES.map((line) => `  ${line}`))].join('\n');
}

const STYLES = [
  'classDef done stroke:#1a7f37,stroke-width:3px', 'classDef skipped stroke-dasharray:4 4,color:#777', 'classDef failed stroke:#cf222e,stroke-width:3px', 'classDef untouched stroke:#bbb,color:#999',
];

/** Drawing collects the lines of a diagram; nodes are numbered, since names of steps can be words of Mermaid. */
class Drawing {
  readonly lines: string[] = [];
  private count = 0;

  constructor(private readonly nameOf: NameOf, private readonly marks: ReadonlyMap<string, StepMark> | undefined) {}

  node(before: string, text: string, after: string, step?: HandoffStep): string {
    this.count += 1;
    const id = `n${this.count}`;
    const mark = step === undefined || this.marks === undefined ? '' : `:::${this.marks.get(step.name) ?? 'untouched'}`;
    this.lines.push(`${id}${before}${labelText(text)}${after}${mark}`);
    return id;
  }

  join(open: readonly Open[], to: string): void {
    for (const { from, label } of open) this.lines.push(label === undefined ? `${from} --> ${to}` : `${from} -- "${labelText(label)}" --> ${to}`);
  }

  /** Draws steps after what is open; gives what is open after them, nothing where all ways have ended. */
  steps(steps: readonly HandoffStep[], open: readonly Open[]): readonly Open[] {
    return steps.reduce((before, step) => this.step(step, before), open);
  }

  private step(step: HandoffStep, before: readonly Open[]): readonly Open[] {
    if (before.length === 0) return before;
    if (step.when === undefined) return this.body(step, before);
    const asked = this.node('{"', `${conditionWords(step.when, this.nameOf)}?`, '"}', step);
    this.join(before, asked);
    return [...this.body(step, [{ from: asked, label: 'yes' }]), { from: asked, label: 'no' }];
  }

  private body(step: HandoffStep, before: readonly Open[]): readonly Open[] {
    switch (step.kind) {
      case 'branch': return this.branch(step, before);
      case 'parallel': {
        const fork = this.node('{{"', 'at the same time', '"}}', step);
        this.join(before, fork);
        const ends = step.ways.flatMap((steps) => this.steps(steps, [{ from: fork }]));
        if (ends.length === 0) return [];
        const meet = this.node('{{"', 'all of them have ended', '"}}', step);
        this.join(ends, meet);
        return [{ from: meet }];
      }
      case 'forEach': {
        const loop = this.node('{{"', `for each value in ${this.nameOf(step.list) ?? named(step.list)}`, '"}}', step);
        this.join(before, loop);
        this.join(this.steps(step.steps, [{ from: loop, label: 'next' }]), loop);
        return [{ from: loop, label: 'no more' }];
      }
      case 'end': {
        this.join(before, this.node('(["', step.title, '"])', step));
        return [];
      }
      default: {
        const [left, right] = SHAPES[step.kind];
        const id = this.node(left, nodeText(step), right, step);
        this.join(before, id);
        return [{ from: id }];
      }
    }
  }

  private branch(step: HandoffStep & { readonly kind: 'branch' }, before: readonly Open[]): readonly Open[] {
    const asked = this.node('{"', step.title, '"}', step);
    this.join(before, asked);
    const otherwise = step.ways.some(({ when }) => when === undefined) ? [] : [{ from: asked, label: 'otherwise' }];
    return [...step.ways.flatMap(({ when, steps }) => this.steps(steps, [{ from: asked, label: when === undefined ? 'otherwise' : conditionWords(when, this.nameOf) }])), ...otherwise];
  }
}

const SHAPES = { action: ['["', '"]'], wait: ['(["', '"])'], approval: ['[/"', '"/]'], notify: ['>"', '"]'] } as const;

function nodeText(step: HandoffStep): string {
  if (step.kind === 'wait') return `${step.title}${step.forMs === undefined ? '' : ` (${span(step.forMs)})`}${step.events.length === 0 ? '' : `, or ${series(step.events, 'or')}`}`;
  if (step.kind === 'approval') return `${step.title}: approval`;
  return step.title;
}

// Quotes and angle brackets have a meaning in labels; entity codes stand for them (mermaid.js.org, "entity codes to escape characters").
function labelText(text: string): string {
  const whole = text.replaceAll(/\s+/g, ' ');
  const characters = Array.from(whole);
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : whole;
  return short.replaceAll(/[#"<>&`\\;{}|]/g, (character) => `#${character.codePointAt(0) ?? 0};`);
}
