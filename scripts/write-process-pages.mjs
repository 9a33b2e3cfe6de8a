// Writes the diagrams and sentences of the shipped processes into docs/processes. Runs on the build: npm run build && node scripts/write-process-pages.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadDefinitions } from '../dist/src/config/definition-set.js';
import { withProcessParts } from '../dist/src/explain/process-page.js';

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { handoffs } = await loadDefinitions(inProject('examples/sandbox'), { checkEnvironment: false });

for (const [name, definition] of handoffs) {
  const page = inProject(`docs/processes/${name}.md`);
  await writeFile(page, withProcessParts(await readFile(page, 'utf8'), definition));
}
