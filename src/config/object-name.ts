import type { ObjectReference } from '../contracts/sync-definition.js';

/** namePattern is what names of systems and syncs look like: lower case, digits, hyphens. */
export const namePattern = /^[a-z][a-z0-9-]{0,62}$/;

/** objectNamePattern is what names of objects look like: lower case, digits, hyphens, underscores. */
export const objectNamePattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** objectReferencePattern is what a sync's `from` and `to` look like: `crm.contact`. */
export const objectReferencePattern = /^([a-z][a-z0-9-]{0,62})\.([a-z][a-z0-9_-]{0,62})$/;

/** parseObjectReference reads `crm.contact`; undefined where the text is no such reference. */
export function parseObjectReference(text: string): ObjectReference | undefined {
  const found = objectReferencePattern.exec(text);
  const [, system, object] = found ?? [];
  return system === undefined || object === undefined ? undefined : { system, object };
}
