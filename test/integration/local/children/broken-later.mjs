// Is ready at its first start; ends before it is ready at the second and third; is ready again from the fourth on.
import { appendFileSync, readFileSync } from 'node:fs';
const file = process.argv[2];
appendFileSync(file, 'x');
const starts = readFileSync(file, 'utf8').length;
if (starts === 2 || starts === 3) process.exit(7);
setInterval(() => undefined, 60_000);
process.stdout.write(`${JSON.stringify({ ready: true, starts })}\n`);
