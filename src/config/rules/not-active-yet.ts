import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { textAt, valueAt } from '../tolerant-access.js';

/** notActiveYetRule warns of keys that are checked but do nothing in this version, and says what happens instead. */
export function notActiveYetRule(source: DefinitionSource): readonly Finding[] {
  return source.kind === 'system' ? systemFindings(source) : syncFindings(source);
}

function systemFindings(source: DefinitionSource): readonly Finding[] {
  if (valueAt(source.value, ['webhooks']) === undefined) return [];
  return [warning(source, ['webhooks'], "'webhooks' is checked, but webhooks are not received in this version; changes are read at the syncs' 'every' interval")];
}

function syncFindings(source: DefinitionSource): readonly Finding[] {
  const findings: Finding[] = [];
  if (valueAt(source.value, ['when', 'realtime']) === true) findings.push(realtime(source));
  return findings;
}

function realtime(source: DefinitionSource): Finding {
  const every = textAt(source.value, ['when', 'every']);
  const instead = every === undefined ? 'the sync runs every 5m' : `the sync runs every ${every}`;
  return warning(source, ['when', 'realtime'], `'realtime: true' is checked, but webhooks are not received in this version: ${instead}`);
}

function warning(source: DefinitionSource, path: DefinitionPath, message: string): Finding {
  return findingAt(source, path, { type: 'not-active-yet', level: 'warning', message });
}
