/** definitionKinds are the kinds of definitions, in the order in which they are told of; a definition's first key is its kind. */
export const definitionKinds = ['system', 'sync', 'quality', 'handoff', 'team', 'channel', 'alerts'] as const;

/** DefinitionKind is what a definition defines. */
export type DefinitionKind = (typeof definitionKinds)[number];
