import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtinConnectors } from '../../../src/config/connector/catalogue.js';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { editorJsonSchema } from '../../../src/config/json-schema.js';
import { formatFinding } from '../../../src/config/finding.js';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

interface Step {
  readonly step?: string;
  readonly [key: string]: unknown;
}

/** What a handoff does, without the names of systems, objects and fields: the steps and their kinds, in order. */
function outlineOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(outlineOf);
  if (typeof value !== 'object' || value === null) return [];
  const { step, ...rest } = value as Step;
  const kinds = ['create', 'ensure', 'update', 'archive', 'read', 'approval', 'branch', 'parallel', 'wait', 'notify', 'end'].filter((kind) => kind in rest);
  const within = ['steps', 'branch', 'parallel'].flatMap((key) => outlineOf(rest[key]));
  return step === undefined ? within : [[step, ...kinds, rest['title'], rest['undo'], rest['wait'], rest['onFailure']], ...within];
}

describe('examples/vendors', () => {
  it('has no errors, and systems of six connectors; each channel of Slack is one', async () => {
    const set = await loadDefinitions(`${examples}/vendors`, { checkEnvironment: false });
    expect(set.findings.filter(({ level }) => level === 'error').map(formatFinding)).toEqual([]);
    expect([...set.systems.keys()]).toEqual(['accounting-chat', 'books', 'crm', 'desk', 'mailing', 'projects', 'success-chat']);
    expect(new Set([...set.systems.values()].map(({ connector }) => connector)).size).toBe(6);
    for (const { connector } of set.systems.values()) expect(builtinConnectors().has(connector)).toBe(true);
  });

  it.each(readdirSync(`${examples}/vendors/systems`))('%s is right for editors, which know nothing of connectors', (file) => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(editorJsonSchema('system'));
    expect([validate(parse(readFileSync(`${examples}/vendors/systems/${file}`, 'utf8'))), validate.errors]).toEqual([true, null]);
    expect(validate({ system: 'x', connector: 'hubspot', limts: {} })).toBe(false);
  });

  it.each(['deal-closed', 'onboarding'])('%s does the same steps as with the sandbox', (name) => {
    const outline = (folder: string): readonly unknown[] => outlineOf(parse(readFileSync(`${examples}/${folder}/handoffs/${name}.yaml`, 'utf8')));
    expect(outline('vendors').length).toBeGreaterThan(10);
    expect(outline('vendors')).toEqual(outline('sandbox'));
  });
});
