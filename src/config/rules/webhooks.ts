import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { isMapping, textAt, valueAt } from '../tolerant-access.js';

/** webhooksRule finds webhooks that name objects which the system does not have, or sign a time that nothing gives. */
export function webhooksRule(source: DefinitionSource): readonly Finding[] {
  const webhooks = valueAt(source.value, ['webhooks']);
  if (!isMapping(webhooks)) return [];
  const objects = valueAt(source.value, ['objects']);
  const known = isMapping(objects) ? Object.keys(objects) : [];
  const named = valueAt(webhooks, ['objects']);
  const unknown = Object.entries(isMapping(named) ? named : {}).filter(([, object]) => typeof object === 'string' && !known.includes(object));
  const secret = valueAt(webhooks, ['secret']);
  const signed = textAt(source.value, ['webhooks', 'signed']);
  return [
    ...unknown.map(([name, object]) => findingAt(source, ['webhooks', 'objects', name], { type: 'unknown-object', message: `the system has no object '${String(object)}'; it has ${known.join(', ')}` })),
    ...(signed?.includes('{timestamp}') === true && webhooks['timestamp'] === undefined && webhooks['items'] === undefined
      ? [findingAt(source, ['webhooks', 'signed'], { type: 'missing-key', message: "{timestamp} is signed, and nothing says where it stands; add 'timestamp' or 'items'" })] : []),
    ...(webhooks['handshake'] === 'asana-hook-secret' && !(Array.isArray(secret) ? secret : [secret]).every(isFile)
      ? [findingAt(source, ['webhooks', 'secret'], { type: 'invalid-value', message: 'with this handshake the sender gives the secret, which the server keeps in a file; write secret://file/PATH' })] : []),
    ...(webhooks['object'] === undefined && known.length > 1
      ? [findingAt(source, ['webhooks'], { type: 'missing-key', message: `the system has ${known.length} objects, and nothing says which one a webhook is about; add 'object' and 'objects'` })] : []),
  ];
}

function isFile(reference: unknown): boolean {
  return typeof reference === 'string' && reference.startsWith('secret://file/');
}
