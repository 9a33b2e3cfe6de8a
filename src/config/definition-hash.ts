import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.js';
import type { Json } from '../contracts/json.js';
import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import type { ChannelDefinition } from '../contracts/channel-definition.js';
import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import type { TeamDefinition } from '../contracts/team-definition.js';

/**
 * definitionHash gives the SHA-256, in hex, of a compiled definition's canonical JSON (RFC 8785): comments, the order of
 * keys, defaults written out and references' values make no difference.
 */
export function definitionHash(definition: SystemDefinition | SyncDefinition | QualityDefinition | HandoffDefinition | TeamDefinition | ChannelDefinition | AlertsDefinition): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an interface has no index signature, though every compiled definition is JSON
  const json = definition as unknown as Json;
  return createHash('sha256').update(canonicalJson(json, { allowLoneSurrogates: true })).digest('hex');
}
