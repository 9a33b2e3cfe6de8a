import { createHash } from 'node:crypto';
import type { Json } from '../contracts/json.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { canonicalJson } from './canonical-json.js';

/**
 * definitionHash gives the SHA-256, in hex, of a compiled definition's canonical JSON (RFC 8785): comments, the order of
 * keys, defaults written out and references' values make no difference.
 */
export function definitionHash(definition: SystemDefinition | SyncDefinition): string {
  // Interfaces have no index signature, though every compiled definition is JSON.
  return createHash('sha256').update(canonicalJson(definition as unknown as Json)).digest('hex');
}
