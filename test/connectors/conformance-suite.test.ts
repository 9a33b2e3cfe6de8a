import { afterEach, describe, expect, it } from 'vitest';
import { builtinConnectors, readConnector } from '../../src/config/connector/catalogue.js';
import { stringify } from 'yaml';
import { checks } from './conformance/checks.js';
import { Subject } from './conformance/context.js';
import { judge } from './conformance/waivers.js';
import { startChecker } from './documents/start-checker.js';
import type { RequestChecker } from './documents/request-checker.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** What the fake does with a right connector, and a wrong one asks of it: the fake is the vendor as the right one describes it. */
async function wrongAgainstRight(change: (text: string) => string, checker?: RequestChecker): Promise<Subject> {
  const right = builtinConnectors().get('hubspot');
  if (right === undefined) throw new Error('no connector hubspot');
  const text = stringify(right.value, { aliasDuplicateObjects: false });
  const changed = change(text);
  expect(changed).not.toBe(text);
  const [vendor] = await Subject.startAll(right, checker);
  const [wrong] = await Subject.startAll(readConnector('hubspot', changed), checker);
  if (vendor === undefined || wrong === undefined) throw new Error('nothing to start');
  open.push(vendor, wrong);
  return wrong.against(vendor.vendor);
}

describe('the conformance suite finds', () => {
  it.each([
    ['a cursor that is looked for in the wrong place', 'paging', (text: string) => text.replaceAll('/paging/next/after', '/paging/after')],
    ['records that are looked for in the wrong place', 'paging', (text: string) => text.replaceAll('records: /results', 'records: /data')],
    ['changes that are asked for by another field', 'changes', (text: string) => text.replaceAll('param: /filterGroups/0/filters/0/value', 'param: /filterGroups/0/filters/0/from')],
    ['fields that are written to another place', 'writes', (text: string) => text.replaceAll('envelope: /properties', 'envelope: /fields')],
    ['results whose item is not known', 'item errors', (text: string) => text.replaceAll('trace: true', 'trace: false')],
    ['a look-up that asks for nothing', 'once', (text: string) => text.replaceAll('/filterGroups/0/filters/0/value: "{value}"', '/filterGroups/0/filters/0/text: "{value}"')],
    ['times that are looked for in the wrong place', 'changes', (text: string) => text.replaceAll('field: /updatedAt', 'field: /changedAt')],
  ])('%s', { timeout: 60_000 }, async (_, name, change) => {
    const check = checks.find((each) => each.name === name);
    const subject = await wrongAgainstRight(change);
    await expect(check?.run(subject, undefined)).rejects.toThrow();
  });

  it("a request that the vendor's document refuses", { timeout: 300_000 }, async () => {
    const checker = await startChecker('hubspot.json');
    if (typeof checker === 'string') return void process.stderr.write(`skipped: ${checker}\n`);
    open.push(checker);
    const subject = await wrongAgainstRight((text) => text.replaceAll('associations: []', 'links: []'), checker);
    await checks.find(({ name }) => name === 'writes')?.run(subject, undefined);
    const found = await checks.find(({ name }) => name === 'requests')?.run(subject, undefined);
    expect((found ?? []).join('\n')).toContain("POST /crm/v3/objects/contacts: body: Request body must have required property 'associations'");
  });
});

describe('a waiver', () => {
  const waiver = { connector: 'acme', check: 'requests', match: 'PUT /x', reason: 'The document is wrong.' };

  it('lets what it names fail, and nothing else', () => {
    expect(judge(['PUT /x: no'], [waiver])).toEqual(['The document is wrong.']);
    expect(() => judge(['PUT /x: no', 'GET /y: no'], [waiver])).toThrow('GET /y: no');
  });

  it('that is no longer needed fails', () => {
    expect(() => judge([], [waiver])).toThrow('no longer needed: PUT /x');
  });
});
