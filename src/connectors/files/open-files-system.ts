import type { FilesSystemDefinition } from '../../contracts/files-definition.js';
import type { OpenSystem, SystemDependencies } from '../open-system.js';

/** openFilesSystem opens a folder. */
export function openFilesSystem(definition: FilesSystemDefinition, _dependencies: SystemDependencies): OpenSystem {
  throw new Error(`not yet: ${definition.system}`);
}
