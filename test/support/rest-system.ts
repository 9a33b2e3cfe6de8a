import type { RestSystemDefinition, SystemDefinition } from '../../src/contracts/system-definition.js';

/** restSystem is a definition that is one of a system with an HTTP API; throws for any other. */
export function restSystem(definition: SystemDefinition | undefined): RestSystemDefinition {
  if (definition === undefined || definition.medium !== undefined) throw new Error(`${definition?.system ?? 'no system'} is none with an HTTP API`);
  return definition;
}
