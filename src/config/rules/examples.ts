import { isTimeZone } from '../../domain/time-zone.js';
import { compileMapping, repairList } from '../compile-sync.js';
import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { exampleProblem } from '../mapping-example.js';
import { parseObjectReference } from '../object-name.js';
import { type AuthorMapping, mappingSchema, repairSchema } from '../schema/mapping-schema.js';
import { listAt, textAt, valueAt } from '../tolerant-access.js';
import type { DefinitionIndex } from './definition-index.js';

/** examplesRule runs the examples of every mapping that is right in itself. */
export function examplesRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const defaults = repairSchema.optional().safeParse(valueAt(source.value, ['defaults', 'repair']));
  const timeZone = sourceTimeZone(source, index);
  return listAt(source.value, ['fields']).flatMap((field, position) => {
    if (listAt(field, ['examples']).length === 0) return [];
    const parsed = mappingSchema.safeParse(field);
    if (!parsed.success || !defaults.success) return [];
    const mapping = compileMapping(withoutConflict(parsed.data), repairList(defaults.data), { source: '', target: '' });
    return (parsed.data.examples ?? []).flatMap((example, number) => {
      const problem = exampleProblem(mapping, example, timeZone);
      return problem === undefined ? [] : [findingAt(source, ['fields', position, 'examples', number, problem.part], { type: 'example-failed', message: problem.message })];
    });
  });
}

function sourceTimeZone(source: DefinitionSource, index: DefinitionIndex): string {
  const reference = parseObjectReference(textAt(source.value, ['from']) ?? '');
  const system = reference === undefined ? undefined : index.system(reference.system);
  const named = textAt(system?.value, ['timeZone']) ?? 'UTC';
  return isTimeZone(named) ? named : 'UTC';
}

// Who wins a conflict changes no example, and a rule that is none has a finding of its own.
function withoutConflict({ conflict: _conflict, ...mapping }: AuthorMapping): AuthorMapping {
  return mapping;
}
