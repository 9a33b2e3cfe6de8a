import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { restSystem } from '../../support/rest-system.js';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const env = { POCKETBASE_URL: 'http://127.0.0.1:8090', POCKETBASE_USER: 'crosswalk@example.com', POCKETBASE_PASSWORD: 's', CROSSWALK_NETWORK_ALLOW: 'loopback', SANDBOX_URL: 'http://127.0.0.1:4010', SANDBOX_SECRET_MAILING: 's' };

describe('the PocketBase example', () => {
  test('has no findings at all', async () => {
    const set = await loadDefinitions(`${examples}/pocketbase`, { env });
    expect(set.findings.map(formatFinding)).toEqual([]);
    expect([...set.systems.keys(), ...set.syncs.keys()]).toEqual(['mailing', 'pocketbase', 'pocketbase-to-mailing']);
  });

  test('writes to the same mailing system as the sandbox example', () => {
    const [ours, theirs] = ['pocketbase', 'sandbox'].map((folder) => readFileSync(`${examples}/${folder}/systems/mailing.yaml`, 'utf8'));
    expect(ours).toBe(theirs);
  });

  test('asks for the fields that its syncs read, and for no others', async () => {
    const { systems, syncs } = await loadDefinitions(`${examples}/pocketbase`, { env });
    const contact = restSystem(systems.get('pocketbase')).objects['contact'];
    const read = [...syncs.values()].flatMap(({ fields }) => fields.flatMap((field) => [...field.from, ...(field.region !== undefined && 'field' in field.region ? [field.region.field] : [])]));
    const asked = contact?.list.params['fields']?.split(',') ?? [];
    expect(asked.toSorted()).toEqual([...new Set(['id', 'updated', ...read])].toSorted());
  });

  test('knows every field that its collection and its contacts have', () => {
    const collection = JSON.parse(readFileSync(`${examples}/pocketbase/contacts-collection.json`, 'utf8')) as { readonly fields: readonly { readonly name: string }[] };
    const names = new Set(collection.fields.map(({ name }) => name));
    const contacts = readFileSync(`${examples}/pocketbase/contacts.ndjson`, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as object);
    expect(contacts.flatMap((contact) => Object.keys(contact).filter((name) => !names.has(name)))).toEqual([]);
  });

  test.each(['systems', 'syncs'])('begins with the line that editors find the schema by: %s', (kind) => {
    for (const name of readdirSync(`${examples}/pocketbase/${kind}`)) {
      const [first] = readFileSync(`${examples}/pocketbase/${kind}/${name}`, 'utf8').split('\n');
      expect(first).toBe(`# yaml-language-server: $schema=../../../schema/${kind.slice(0, -1)}.schema.json`);
    }
  });
});
