import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinConnectors } from '../../src/config/connector/catalogue.js';
import { checks } from './conformance/checks.js';
import { connectorsPage, pageFile } from './conformance/connectors-page.js';
import { NotApplicable, Subject } from './conformance/context.js';
import { keepResults, readResults, writesResults } from './conformance/results.js';
import { judge, readWaivers } from './conformance/waivers.js';
import { startChecker } from './documents/start-checker.js';
import type { RequestChecker } from './documents/request-checker.js';

const catalogue = builtinConnectors();
const waivers = readWaivers();
const run = new Map<string, Map<string, string>>();

describe.each([...catalogue.values()])('$name', (connector) => {
  let checker: RequestChecker | string = 'not started';
  let subjects: readonly Subject[] = [];
  const document = (connector.value['about'] as { readonly document?: string }).document;

  beforeAll(async () => {
    checker = await startChecker(document);
    subjects = await Subject.startAll(connector, typeof checker === 'string' ? undefined : checker);
  }, 300_000);
  afterAll(async () => {
    await Promise.all(subjects.map((subject) => subject.close()));
    if (typeof checker !== 'string') await checker.close();
  });

  it.each(checks)('$name: $shows', { timeout: 120_000 }, async (check) => {
    if (check.document === true && document !== undefined && typeof checker === 'string') {
      process.stderr.write(`skipped: ${connector.name}, ${check.name}: ${checker}\n`);
      return;
    }
    const reasons: string[] = [];
    const failures: string[] = [];
    for (const subject of subjects) {
      try {
        failures.push(...(await check.run(subject, document)) ?? []);
      } catch (error) {
        if (error instanceof NotApplicable) reasons.push(error.message);
        else if (waivers.some((waiver) => waiver.connector === connector.name && waiver.check === check.name)) failures.push(error instanceof Error ? error.message : String(error));
        else throw error;
      }
    }
    const waived = judge(failures, waivers.filter((waiver) => waiver.connector === connector.name && waiver.check === check.name));
    const result = waived.length > 0 ? `waived: ${waived.join(' ')}` : reasons.length === subjects.length ? `not applicable: ${reasons[0] ?? ''}` : 'ok';
    run.set(connector.name, (run.get(connector.name) ?? new Map<string, string>()).set(check.name, result));
    if (!writesResults) expect(result, 'what test/connectors/results.json says (else run npm run conformance)').toBe(readResults()[connector.name]?.[check.name]);
  });
});

describe('what is kept of the results', () => {
  it('is of connectors and waivers that are there', () => {
    for (const { connector, check } of waivers) {
      expect(catalogue.has(connector), connector).toBe(true);
      expect(checks.map(({ name }) => name)).toContain(check);
    }
    if (writesResults) writeFileSync(pageFile, connectorsPage(catalogue, keepResults(run, [...catalogue.keys()], checks.map(({ name }) => name))));
    expect(Object.keys(readResults())).toEqual([...catalogue.keys()]);
  });

  it('is shown in docs/connectors.md (else run npm run conformance)', () => {
    expect(readFileSync(pageFile, 'utf8')).toBe(connectorsPage(catalogue, readResults()));
  });
});
