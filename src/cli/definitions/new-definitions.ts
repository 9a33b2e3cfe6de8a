import { definitionHash } from '../../config/definition-hash.js';
import type { DefinitionSet } from '../../config/definition-set.js';
import type { NewDefinition } from '../../store/definitions.js';
import { authorTexts } from './author-text.js';

/** newDefinitions makes of a set without errors what the store keeps: compiled, with its hash and its author's text. */
export async function newDefinitions(set: DefinitionSet): Promise<NewDefinition[]> {
  const texts = await authorTexts(set.sources);
  return set.sources.flatMap((source): NewDefinition[] => {
    if (source.name === null || source.kind === null) return [];
    const body = { system: set.systems, sync: set.syncs, quality: set.qualities, handoff: set.handoffs, team: set.teams, channel: set.channels, alerts: set.alerts }[source.kind].get(source.name);
    return body === undefined ? [] : [{ kind: source.kind, name: source.name, hash: definitionHash(body), body, source: texts.get(source) ?? '' }];
  });
}
