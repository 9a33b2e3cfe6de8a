// Writes what is generated from the schemas of definitions: schema/*.schema.json for editors, and the reference parts of
// docs/definitions.md. Runs on the build: npm run build && node scripts/write-json-schema.mjs
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withGeneratedParts } from '../dist/src/config/documentation.js';
import { definitionKinds } from '../dist/src/contracts/definition-kind.js';
import { definitionJsonSchemaText, listedSystemJsonSchemaText } from '../dist/src/config/json-schema.js';

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await mkdir(inProject('schema'), { recursive: true });
for (const kind of definitionKinds) await writeFile(inProject(`schema/${kind}.schema.json`), definitionJsonSchemaText(kind));
await writeFile(inProject('schema/listed-system.schema.json'), listedSystemJsonSchemaText());
const page = inProject('docs/definitions.md');
await writeFile(page, withGeneratedParts(await readFile(page, 'utf8')));
