/** Step is one block of a page that its reader does something with, and what the page shows for it. */
export type Step =
  | { readonly kind: 'shell'; readonly at: string; readonly terminal: string; readonly script: string; readonly shows: readonly string[] | undefined }
  | { readonly kind: 'file'; readonly at: string; readonly file: string; readonly text: string }
  | { readonly kind: 'edit'; readonly at: string; readonly file: string; readonly before: readonly string[]; readonly after: readonly string[] };

/** Page is a page that is followed step by step. */
export interface Page {
  readonly steps: readonly Step[];
  /** Words that are read: all but the blocks that are copied. */
  readonly words: number;
  /** Lines that are copied or typed. */
  readonly lines: number;
}

interface Block {
  readonly language: string;
  readonly at: string;
  readonly lines: readonly string[];
}

/**
 * readPage reads the blocks of a page: `sh` begins with its terminal, `yaml` with the name of its file, `diff` with the
 * name of the file that it changes, and `text` is what the block before it shows. Throws for a block that is none of these.
 */
export function readPage(markdown: string): Page {
  const { blocks, prose } = split(markdown);
  const steps: Step[] = [];
  for (const block of blocks) {
    if (block.language === 'text') steps.push(withOutput(steps.pop(), block));
    else steps.push(stepOf(block));
  }
  const read = [...prose, ...blocks.filter(({ language }) => language === 'text').flatMap(({ lines }) => lines)];
  return { steps, words: read.join(' ').split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length, lines: steps.reduce((sum, step) => sum + linesOf(step), 0) };
}

function split(markdown: string): { readonly blocks: readonly Block[]; readonly prose: readonly string[] } {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { readonly language: string; readonly at: string; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open !== undefined && fence === null) open.lines.push(line);
    else if (open !== undefined) {
      blocks.push(open);
      open = undefined;
    } else if (fence === null) prose.push(line);
    else open = { language: fence[1] ?? '', at: `line ${index + 1}`, lines: [] };
  }
  if (open !== undefined) throw new Error(`the block at ${open.at} has no end`);
  return { blocks, prose };
}

function stepOf({ language, at, lines: [first = '', ...rest] }: Block): Step {
  const terminal = /^# (terminal \d)\b/.exec(first)?.[1];
  if (language === 'sh' && terminal !== undefined) return { kind: 'shell', at, terminal, script: rest.join('\n'), shows: undefined };
  const file = /^# (\S+\.yaml)$/.exec(first)?.[1];
  if (language === 'yaml' && file !== undefined) return { kind: 'file', at, file, text: `${[first, ...rest].join('\n')}\n` };
  const changed = /^--- (\S+)$/.exec(first)?.[1];
  if (language === 'diff' && changed !== undefined) return { kind: 'edit', at, file: changed, before: marked(rest, /^[- ]/), after: marked(rest, /^[+ ]/) };
  throw new Error(`the block at ${at} says neither its terminal nor its file: ${first}`);
}

function marked(lines: readonly string[], mark: RegExp): string[] {
  return lines.filter((line) => mark.test(line)).map((line) => line.slice(1));
}

function withOutput(step: Step | undefined, { at, lines }: Block): Step {
  if (step?.kind !== 'shell' || step.shows !== undefined) throw new Error(`the output at ${at} belongs to no shell block`);
  return { ...step, shows: lines };
}

function linesOf(step: Step): number {
  switch (step.kind) {
    case 'shell': return step.script.split('\n').length;
    // Its first line is its name.
    case 'file': return step.text.trimEnd().split('\n').length - 1;
    // Those that stay are only there to find the place.
    default: return [...step.before.filter((line) => !step.after.includes(line)), ...step.after.filter((line) => !step.before.includes(line))].length;
  }
}
