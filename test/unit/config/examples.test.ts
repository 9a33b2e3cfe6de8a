import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';

const folder = fileURLToPath(new URL('../../../examples/sandbox', import.meta.url));

const env = {
  CROSSWALK_NETWORK_ALLOW: 'loopback', SANDBOX_URL: 'http://127.0.0.1:4010', SANDBOX_CLIENT_ID_CRM: 'c', SANDBOX_SECRET_CRM: 's', SANDBOX_SECRET_CRM_WEBHOOKS: 's', SANDBOX_SECRET_BOOKS: 's', SANDBOX_SECRET_DESK: 's',
  SANDBOX_SECRET_MAILING: 's', SANDBOX_USER_PROJECTS: 'u', SANDBOX_SECRET_PROJECTS: 's', SANDBOX_SECRET_CHAT: 's',
};

describe('the example definitions', () => {
  it('have no findings at all', async () => {
    const set = await loadDefinitions(folder, { env });
    expect(set.findings.map(formatFinding)).toEqual([]);
    expect([...set.systems.keys()]).toEqual(['books', 'chat', 'crm', 'desk', 'mailing', 'projects']);
    expect([...set.qualities.keys()]).toEqual(['crm-accounts', 'crm-contacts']);
    expect([...set.handoffs.keys()]).toEqual(['credit-limit', 'deal-closed', 'onboarding', 'stage-progression']);
    expect([...set.teams.keys()]).toEqual(['credit-board', 'managing-board']);
    expect([...set.syncs.keys()]).toEqual(['accounts-to-books', 'contacts-to-desk', 'contacts-to-mailing']);
  });

  it.each(['systems', 'syncs', 'quality', 'handoffs', 'teams'])('begin with the line that editors find the schema by: %s', (kind) => {
    for (const name of readdirSync(`${folder}/${kind}`)) {
      const text = readFileSync(`${folder}/${kind}/${name}`, 'utf8');
      const schema = /^listed: true$/m.test(text) ? 'listed-system' : kind.replace(/s$/, '');
      expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=../../../schema/${schema}.schema.json`);
    }
  });
});
