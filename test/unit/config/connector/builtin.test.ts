import { describe, expect, it } from 'vitest';
import { builtinConnectors } from '../../../../src/config/connector/catalogue.js';
import { connectorSchema } from '../../../../src/config/schema/connector-schema.js';
import { formatFinding } from '../../../../src/config/finding.js';
import { checkTexts } from '../checked-texts.js';
import { minimalFile } from './minimal-file.js';

describe.each([...builtinConnectors().values()])('the built-in connector $name', (connector) => {
  it('says about itself what people need to know', () => {
    const about = connectorSchema.parse(connector.value);
    expect(about.connector).toBe(connector.name);
    const objects = Object.keys(connector.value['objects'] as object);
    for (const object of Object.keys(about.examples)) expect(objects).toContain(object);
  });

  it('has no findings with a minimal file, in any of its ways to authenticate', () => {
    for (const text of minimalFile(connector)) {
      const set = checkTexts({ 'systems/mine.yaml': text });
      expect(set.findings.map(formatFinding)).toEqual([]);
      expect(set.systems.get('mine')).toMatchObject({ system: 'mine', connector: connector.name });
    }
  });
});
