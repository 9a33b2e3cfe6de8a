import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { notifierDelaysMs } from '../../../activities/failure.js';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { alertSeverities } from '../../../src/contracts/alert.js';
import { defaultAlerts } from '../../../src/contracts/alerts-definition.js';

const page = readFileSync(join(fileURLToPath(new URL('../../..', import.meta.url)), 'docs/notifications.md'), 'utf8');
const texts = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

describe('the page on notifications', () => {
  const parsed = texts.map((text, at) => parseDefinitions(`notifications-${at}.yaml`, text));
  const set = compileDefinitions({ sources: parsed.flatMap(({ sources }) => sources), findings: parsed.flatMap(({ findings }) => findings) }, '.', { checkEnvironment: false });

  test('shows a channel of each type and alerts, all without findings', () => {
    expect(set.findings.map(formatFinding)).toEqual([]);
    expect([...set.channels.values()].map(({ send }) => send.type).toSorted()).toEqual(['email', 'pagerduty', 'slack', 'webhook']);
    expect(set.alerts.size).toBe(1);
  });

  test('says after how long a channel is tried again, and which alerts are critical', () => {
    expect(notifierDelaysMs).toEqual([2_000, 10_000, 30_000, 120_000, 600_000]);
    expect(page).toContain('tried again after 2 s, 10 s, 30 s, 2 min and 10 min');
    expect(Object.entries(alertSeverities).filter(([, severity]) => severity !== 'warning')).toEqual([['authentication', 'critical'], ['reconnect-needed', 'critical'], ['circuit', 'critical']]);
    expect(page).toContain('`critical` for refused credentials, accounts that have to be connected again and systems that fail, otherwise `warning`');
  });

  test('has a row for every threshold', () => {
    for (const name of Object.keys(defaultAlerts.above)) expect(page).toContain(`| \`${name.replace(/(Ms|Factor)$/, '')}\` |`);
  });
});
