import { parseLinearPattern, PatternError, type PatternNode } from './linear-pattern-parser.js';

/** MAX_MATCHED is the most UTF-16 units of a value that a pattern is tried on; longer values match none. */
export const MAX_MATCHED = 10_000;

const MAX_STEPS = 2_000;

/** A step of the machine: take one character and go on, go on at two places, or be done. */
type Step =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'both'; first: number; second: number }
  | { readonly kind: 'done' };

/**
 * compileLinearPattern makes a function that says whether a whole text matches a pattern, see parseLinearPattern. All
 * ways through the pattern are followed at once (Thompson, "Regular expression search algorithm", CACM 1968), so the
 * time is at most the length of the text times the size of the pattern, whatever both are.
 * @throws PatternError where the pattern cannot be read, or has more than 2,000 steps once its repeats are written out.
 */
export function compileLinearPattern(pattern: string): (text: string) => boolean {
  const steps: Step[] = [];
  emit(parseLinearPattern(pattern), steps);
  steps.push({ kind: 'done' });
  return (text) => text.length <= MAX_MATCHED && matches(steps, text);
}

function emit(node: PatternNode, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new PatternError(`The pattern has more than ${MAX_STEPS} steps once its repeats are written out; make its repeats smaller.`, 0);
  if (node.kind === 'character') steps.push(node);
  else if (node.kind === 'sequence') for (const part of node.of) emit(part, steps);
  else if (node.kind === 'choice') emitChoice(node.of, steps);
  else emitRepeat(node, steps);
}

function emitChoice(options: readonly PatternNode[], steps: Step[]): void {
  const ends: { first: number; second: number }[] = [];
  options.forEach((option, index) => {
    if (index === options.length - 1) return emit(option, steps);
    const fork = forkTo(steps, steps.length + 1);
    emit(option, steps);
    ends.push(forkTo(steps, 0));
    fork.second = steps.length;
    return undefined;
  });
  for (const end of ends) end.first = end.second = steps.length;
}

function emitRepeat({ of, min, max }: Extract<PatternNode, { kind: 'repeat' }>, steps: Step[]): void {
  for (let count = 0; count < min; count += 1) emit(of, steps);
  if (max === Number.POSITIVE_INFINITY) {
    const start = steps.length;
    const fork = forkTo(steps, start + 1);
    emit(of, steps);
    forkTo(steps, start).second = start;
    fork.second = steps.length;
    return;
  }
  const forks: { second: number }[] = [];
  for (let count = min; count < max; count += 1) {
    forks.push(forkTo(steps, steps.length + 1));
    emit(of, steps);
  }
  for (const fork of forks) fork.second = steps.length;
}

function forkTo(steps: Step[], first: number): { first: number; second: number } {
  const fork = { kind: 'both' as const, first, second: first };
  steps.push(fork);
  return fork;
}

function matches(steps: readonly Step[], text: string): boolean {
  let places = reach(steps, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const place of places) {
      const step = steps[place];
      if (step?.kind === 'character' && step.fits(character)) next.push(place + 1);
    }
    if (next.length === 0) return false;
    places = reach(steps, next);
  }
  return places.includes(steps.length - 1);
}

/** Every place that is reached from some places without taking a character, each once. */
function reach(steps: readonly Step[], from: readonly number[]): number[] {
  const seen = new Set<number>();
  const left = [...from];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const step = steps[place];
    if (step?.kind === 'both') left.push(step.first, step.second);
  }
  return [...seen];
}
