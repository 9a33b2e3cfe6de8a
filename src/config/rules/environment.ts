import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding, FindingType } from '../finding.js';
import { PublishedKeyError, publishedTestKey } from '../published-test-keys.js';
import { referenceForms } from '../reference-syntax.js';
import { listReferences, resolveReferences, UnresolvedReferenceError, type ReferenceSources } from '../references.js';
import { eachText, textAt } from '../tolerant-access.js';

/** referenceRule finds references that are written wrongly; it needs no environment. */
export function referenceRule(source: DefinitionSource): readonly Finding[] {
  return eachReference(source, (text, start, path) => {
    const [reference] = listReferences(text);
    if (reference?.kind !== 'invalid') return [];
    const message = `'${text}' is no reference; write ${referenceForms}`;
    return [findingAt(source, path, { type: 'invalid-reference', message, offset: start })];
  });
}

/** environmentRule finds environment variables and secrets that are missing or empty, or whose value is a published test key. */
export function environmentRule(source: DefinitionSource, sources: ReferenceSources): readonly Finding[] {
  return eachReference(source, (text, start, path) => {
    try {
      const published = publishedTestKey(resolveReferences(text, sources));
      return published === undefined ? [] : [findingAt(source, path, { type: 'published-key', message: new PublishedKeyError(text, published).message, offset: start })];
    } catch (error) {
      if (!(error instanceof UnresolvedReferenceError)) throw error;
      // Reported by referenceRule.
      if (error.problem === 'invalid') return [];
      // Whoever checks asks no other service; the worker says when a store does not have it.
      if (error.problem === 'elsewhere') return [];
      if (isStored(error) && (error.problem === 'unread' || error.problem === 'unreadable')) {
        return [findingAt(source, path, { type: 'missing-secret', level: 'warning', message: `${error.message}; whether it is there is not known: ${toDo[error.problem]}, or leave this out with --no-environment`, offset: start })];
      }
      if (error.problem === 'missing' && isGivenBySender(source, path)) return [];
      const type: FindingType = error.kind === 'variable' ? 'missing-variable' : 'missing-secret';
      const advice = error.problem !== 'missing' || error.kind === 'file' ? '' : `; ${isStored(error) ? 'store it there' : 'set it where Crosswalk runs'}, or correct the name`;
      return [findingAt(source, path, { type, message: `${error.message}${advice}`, offset: start })];
    }
  });
}

function isStored({ kind }: UnresolvedReferenceError): boolean {
  return kind === 'vault' || kind === 'aws';
}

/** What can be done where a store was not to be asked. */
const toDo = { unread: 'check again where the store can be reached', unreadable: 'check with an address and credentials that may read it' } as const;

// The sender gives it, and only once the system is in force.
function isGivenBySender({ value }: DefinitionSource, [first, second]: DefinitionPath): boolean {
  return first === 'webhooks' && second === 'secret' && textAt(value, ['webhooks', 'handshake']) === 'asana-hook-secret';
}

function eachReference(
  source: DefinitionSource, judge: (reference: string, start: number, path: DefinitionPath) => readonly Finding[],
): readonly Finding[] {
  const findings: Finding[] = [];
  eachText(source.value, (text, path) => {
    for (const reference of listReferences(text)) findings.push(...judge(reference.text, reference.start, path));
  });
  return findings;
}
