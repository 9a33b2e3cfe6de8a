/** DiffLine is a line of two texts laid side by side; a number counts lines from 1 in the text that the line is from. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Above this many lines in the part that differs, the comparison would take too much memory. */
const MOST_LINES = 2_000;

/** diffLines lays two texts side by side, line by line, with as few differences as there can be (longest common subsequence). */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const next = linesOf(after);
  let head = 0;
  while (head < old.length && head < next.length && old[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < next.length - head && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  return [
    ...old.slice(0, head).map(same),
    ...diffMiddle(old.slice(head, old.length - tail), next.slice(head, next.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

/** hunks keeps what differs with a few lines around it; null stands for lines left out between two places. */
export function hunks(lines: readonly DiffLine[], around = 2): (DiffLine | null)[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'));
  const kept: (DiffLine | null)[] = [];
  lines.forEach((line, index) => {
    if (near[index] === true) kept.push(line);
    else if (kept.length > 0 && kept.at(-1) !== null) kept.push(null);
  });
  return kept.at(-1) === null ? kept.slice(0, -1) : kept;
}

function same(text: string): DiffLine {
  return { kind: 'same', text };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function diffMiddle(old: readonly string[], next: readonly string[]): DiffLine[] {
  const removed = old.map((text): DiffLine => ({ kind: 'removed', text }));
  const added = next.map((text): DiffLine => ({ kind: 'added', text }));
  if (old.length === 0 || next.length === 0 || old.length > MOST_LINES || next.length > MOST_LINES) return [...removed, ...added];
  const width = next.length + 1;
  // common[i * width + j] is the length of the longest common subsequence of old from i and next from j.
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = next.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = old[i] === next[j] ? at(common, (i + 1) * width + j + 1) + 1 : Math.max(at(common, (i + 1) * width + j), at(common, i * width + j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < next.length) {
    if (old[i] === next[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (at(common, (i + 1) * width + j) >= at(common, i * width + j + 1)) {
      lines.push({ kind: 'removed', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: next[j] ?? '' });
      j += 1;
    }
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}

function at(numbers: Uint16Array, index: number): number {
  return numbers[index] ?? 0;
}
