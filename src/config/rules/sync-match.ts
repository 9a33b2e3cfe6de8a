import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { resolveMatchField, type MappedField } from '../match-keys.js';
import { defaultThresholds } from '../../domain/identity/thresholds.js';
import { scoredEntry, type ScoredEntry } from '../scored-entry.js';
import { didYouMean } from '../suggestion.js';
import { listAt, textAt } from '../tolerant-access.js';

/** syncMatchRule finds match keys that are no mapped fields, that could mean several, or that stand twice. */
export function syncMatchRule(source: DefinitionSource): readonly Finding[] {
  const fields = mappedFields(source.value);
  const seen = new Set<string>();
  return listAt(source.value, ['match']).flatMap((entry, position, entries): readonly Finding[] => {
    const scored = scoredEntry(entry);
    if (scored !== undefined) return scoredFindings(source, scored, ['match', position], position === entries.length - 1);
    const path: DefinitionPath = typeof entry === 'string' ? ['match', position] : ['match', position, 'field'];
    const name = textAt(source.value, path);
    if (name === undefined) return [];
    const resolved = resolveMatchField(name, fields);
    if (!resolved.ok) return [findingAt(source, path, { type: 'match-not-mapped', message: notMapped(name, resolved.candidates, fields) })];
    if (seen.has(resolved.field)) return [findingAt(source, path, { type: 'duplicate-field', message: `'${resolved.field}' is a match key already` })];
    seen.add(resolved.field);
    return [];
  });
}

/** A scored match is tried when no key has decided, so that it stands last, and once. */
function scoredFindings(source: DefinitionSource, { fields: compared, thresholds }: ScoredEntry, path: DefinitionPath, isLast: boolean): readonly Finding[] {
  const fields = mappedFields(source.value);
  const { link, review } = { ...defaultThresholds, ...thresholds };
  const findings = compared.flatMap((each): readonly Finding[] => {
    const resolved = resolveMatchField(each.name, fields);
    return resolved.ok ? [] : [findingAt(source, [...path, ...each.path], { type: 'match-not-mapped', message: notMapped(each.name, resolved.candidates, fields) })];
  });
  if (!isLast) findings.push(findingAt(source, path, { type: 'invalid-value', message: 'a scored match stands last and once: it compares records that no other entry has brought together' }));
  if (review > link) findings.push(findingAt(source, [...path, 'review'], { type: 'invalid-value', message: `'review' is at most 'link', which is ${link}` }));
  return findings;
}

function notMapped(name: string, candidates: readonly string[], fields: readonly MappedField[]): string {
  if (candidates.length > 0) {
    return `match key '${name}' is ambiguous: that source field makes ${candidates.join(' and ')}; name one of these target fields`;
  }
  const hint = didYouMean(name, fields.flatMap((field) => [field.to, ...field.from]));
  return `match key '${name}' is no mapped field: records can only be matched by a field that 'fields' makes${hint}`;
}

/** mappedFields reads the mappings of a sync definition that may be wrong in any way. */
export function mappedFields(value: unknown): readonly MappedField[] {
  return listAt(value, ['fields']).flatMap((_, position) => {
    const path = ['fields', position];
    const to = textAt(value, [...path, 'to']);
    const from = textAt(value, [...path, 'from']);
    const list = listAt(value, [...path, 'from']).filter((name) => typeof name === 'string');
    return to === undefined ? [] : [{ to, from: from === undefined ? list : [from], type: textAt(value, [...path, 'type']) ?? 'text' }];
  });
}
