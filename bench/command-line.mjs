// What the command lines and tables of the benchmarks have in common.

/** The number behind `--name`, or `otherwise`. */
export function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

/** Prints the usage and ends the process where `--help` was given. */
export function helpOr(usage) {
  if (!process.argv.includes('--help')) return;
  process.stdout.write(usage);
  process.exit(0);
}

/** Tells how far it is, beside the tables on standard output. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** The value below which this share of the values lies. */
export function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}
