import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileDefinitions, loadDefinitions } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { definitionsIn } from '../../../src/cli/explanations/explain-report.js';
import { explainDefinition } from '../../../src/explain/explain-definition.js';
import { withProcessParts } from '../../../src/explain/process-page.js';
import { explanationMarkdown } from '../../../src/explain/render-explanation.js';

const shipped = await loadDefinitions('examples/sandbox', { checkEnvironment: false });
const pocketbase = await loadDefinitions('examples/pocketbase', { checkEnvironment: false });

describe('the shipped definitions', () => {
  const all = [...definitionsIn(shipped).map((each) => ['sandbox', each] as const), ...definitionsIn(pocketbase).map((each) => ['pocketbase', each] as const)];
  it.each(all.filter(([, { definition }]) => definition.kind !== 'handoff').map(([folder, { name, definition }]) => [`${folder}-${definition.kind}-${name}`, definition] as const))('%s is said in plain sentences', async (name, definition) => {
    const text = explanationMarkdown(explainDefinition(definition));
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it('of handoffs have a page each', () => {
    expect(readdirSync('docs/processes').toSorted()).toEqual([...shipped.handoffs.keys()].map((name) => `${name}.md`).toSorted());
  });

  it.each([...shipped.handoffs.values()].map((definition) => [definition.handoff, definition] as const))('%s has a page that is up to date: npm run build && node scripts/write-process-pages.mjs', (name, definition) => {
    const page = readFileSync(`docs/processes/${name}.md`, 'utf8');
    expect(page).toBe(withProcessParts(page, definition));
  });
});

describe('definitions that are not shipped', () => {
  it.each([
    ['channels', `
channel: on-call
send: { type: webhook, url: "https://example.org/hook", secret: secret://env/HOOK }
for: [{ departments: [finance], severities: [critical] }, { departments: [sales] }]
fallback: mail
group: 5m
---
channel: mail
send: { type: email, host: mail.example.org, from: a@example.org, to: [b@example.org, c@example.org] }
default: true
---
channel: named-only
send: { type: slack, url: secret://env/SLACK }
---
channel: pager
send: { type: pagerduty, routingKey: secret://env/PAGER }
`],
    ['alerts', 'alerts: ours\ndepartment: operations\nrepeat: 0s\nabove: { authentication: false }\n---\nteam: small\nmembers: [{ handle: ana }]'],
  ])('%s are said in plain sentences', async (name, yaml) => {
    const parsed = parseDefinitions('test.yaml', yaml);
    const set = compileDefinitions(parsed, '.', { checkEnvironment: false });
    const texts = definitionsIn(set).map(({ definition }) => explanationMarkdown(explainDefinition(definition)));
    expect(texts).toHaveLength(parsed.sources.length);
    expect(texts.join('\n')).not.toMatch(/undefined|\[object|NaN|secret:\/\//);
    await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${name}.md`);
  });
});
