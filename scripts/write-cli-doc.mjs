// Writes the help texts of the command line into docs/cli.md. Runs on the build: npm run build && node scripts/write-cli-doc.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withHelpTexts } from '../dist/src/cli/documentation.js';
import { createProgram } from '../dist/src/cli/program.js';

const page = fileURLToPath(new URL('../docs/cli.md', import.meta.url));
await writeFile(page, withHelpTexts(await readFile(page, 'utf8'), createProgram('')));
