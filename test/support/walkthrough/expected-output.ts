/** What differs from run to run: ids, times, durations, ports, and how wide the columns are. */
const varying: readonly (readonly [RegExp, string])[] = [
  // oxlint-disable-next-line no-control-regex -- colours of terminals
  [/\u001b\[[0-9;]*m/g, ''],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d\b/g, '<time>'],
  [/\b\d+(\.\d+)? (ms|s|min|h)\b( \d+(\.\d+)? (ms|s|min|h)\b)*/g, '<duration>'],
  [/\b127\.0\.0\.1:\d+\b/g, '<address>'],
  [/\bm-\d+\b/g, '<member>'],
  [/\b[a-z0-9]{15}\b/g, '<record>'],
  [/\s+/g, ' '],
];

/**
 * missingLine gives the first line of what a page shows that an output does not have in its place; undefined where it has
 * all. The lines must follow each other; `…` stands for any lines between, or at the end of a line for its rest.
 */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(plain).filter((line) => line !== '');
  const wanted = shown.map(plain).filter((line) => line !== '');
  const groups = wanted.reduce<string[][]>((all, line) => (line === '…' ? [...all, []] : [...all.slice(0, -1), [...(all.at(-1) ?? []), line]]), [[]]);
  let from = 0;
  for (const group of groups.filter((each) => each.length > 0)) {
    const starts = lines.map((_, at) => at).slice(from);
    const agreed = (start: number): number => group.findIndex((line, index) => !isSame(line, lines[start + index] ?? ''));
    const start = starts.find((each) => agreed(each) < 0);
    if (start === undefined) return group[Math.max(0, ...starts.map(agreed))];
    from = start + group.length;
  }
  return undefined;
}

function isSame(shown: string, line: string): boolean {
  return shown.endsWith(' …') ? line.startsWith(shown.slice(0, -2)) : shown === line;
}

function plain(line: string): string {
  return varying.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), line).trim();
}
