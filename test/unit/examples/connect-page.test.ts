import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/connect.md'), 'utf8');
const systems = [...page.matchAll(/```yaml\n(system: [\s\S]*?)```/g)].map((match) => match[1] ?? '');

describe('the page on connecting a CRM', () => {
  test('shows a system that is correct', () => {
    expect(systems.length).toBe(1);
    for (const text of systems) {
      const { findings, systems: compiled } = compileDefinitions(parseDefinitions('connect.md', text), '.', { checkEnvironment: false });
      expect(findings.map(formatFinding)).toEqual([]);
      expect([...compiled.keys()]).toEqual(['pocketbase']);
    }
  });

  test('shows nothing that the PocketBase example does not have', () => {
    const example = readFileSync(join(root, 'examples/pocketbase/systems/pocketbase.yaml'), 'utf8');
    const words = (text: string): Set<string> => new Set(text.match(/[\w/@{}>=.-]+/g) ?? []);
    const known = words(example);
    expect([...words(systems.join('\n'))].filter((word) => !known.has(word))).toEqual([]);
  });

  test.each([
    'the connection was refused, or the host cannot be reached', 'the host name of the base URL cannot be resolved', 'certificate is not trusted', 'redirects are not followed',
    'it holds no token at', 'the credentials were refused', 'an HTML page', 'JSON that has no array', 'the same records as the page before', 'got no complete answer within the time limit',
    'were not in a complete read', 'is under way, so the run that you ask for was not started', 'only planned, since it is in shadow mode', 'nothing to remark',
    'not-a-record', 'phone-needs-region', 'exists-at-target', 'gone-at-target', 'version-conflict', 'retries-exhausted', 'unknown-outcome', 'not-in-list', 'too-long',
  ])('explains a message that there is: %s', (message) => {
    expect(page).toContain(message);
    expect(sources()).toContain(message);
  });

  test('links to places that there are', () => {
    const anchorsOf = (name: string): readonly string[] => [...anchors(readFileSync(join(root, 'docs', name), 'utf8'))];
    for (const [, file = '', anchor] of page.matchAll(/\]\(([\w.-]*)#([\w-]+)\)/g)) expect(anchorsOf(file === '' ? 'connect.md' : file), `${file}#${anchor}`).toContain(anchor);
  });
});

let text: string | undefined;

function sources(): string {
  const read = (folder: string): string =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => (entry.isDirectory() ? read(join(folder, entry.name)) : readFileSync(join(folder, entry.name), 'utf8'))).join('\n');
  return (text ??= read(join(root, 'src')) + read(join(root, 'activities')));
}

/** The names by which headings can be linked to, as GitHub makes them. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}
