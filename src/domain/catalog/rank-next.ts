import type { ApartField, CatalogSystem, NextIntegration } from '../../contracts/catalog.js';

/** catalogPoints is what a score is made of: points for each hour a month, each shared field, each department. */
export const catalogPoints = { hour: 1, field: 2, department: 3 } as const;

/**
 * rankNext ranks the systems that are worth bringing in step. For a field that is apart, those are the systems outside
 * the largest group; a system that is only listed always is one. Score: 1 a saved hour a month, 2 a field that is apart,
 * 3 a department that works with it or with the systems it shares fields with.
 */
export function rankNext(systems: readonly CatalogSystem[], apart: readonly ApartField[]): NextIntegration[] {
  return systems.flatMap((system): NextIntegration[] => {
    const fields = apart.filter(({ groups }) => groups.slice(1).some((group) => group.includes(system.system)));
    if (fields.length === 0 && !system.listed) return [];
    const partners = partnersOf(system.system, fields);
    const departments = new Set([system.system, ...partners.keys()].flatMap((name) => systems.find((other) => other.system === name)?.departments ?? []));
    const hours = system.hoursSaved ?? 0;
    const score = hours * catalogPoints.hour + fields.length * catalogPoints.field + departments.size * catalogPoints.department;
    return [{ system: system.system, score, with: mostShared(partners), reasons: reasonsOf(system, fields, departments) }];
  }).toSorted((a, b) => b.score - a.score || (a.system < b.system ? -1 : 1));
}

function partnersOf(system: string, fields: readonly ApartField[]): ReadonlyMap<string, number> {
  const partners = new Map<string, number>();
  for (const { groups } of fields) {
    for (const other of groups.filter((group) => !group.includes(system)).flat()) partners.set(other, (partners.get(other) ?? 0) + 1);
  }
  return partners;
}

function mostShared(partners: ReadonlyMap<string, number>): string | null {
  return [...partners].toSorted(([a, shared], [b, other]) => other - shared || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

function reasonsOf({ hoursSaved, listed, native }: CatalogSystem, fields: readonly ApartField[], departments: ReadonlySet<string>): string[] {
  const names = fields.slice(0, 5).map(({ field }) => field).join(', ');
  return [
    hoursSaved === null ? 'How many hours it would save is not known.' : `It would save ${hoursSaved} hours a month (${hoursSaved * catalogPoints.hour} points).`,
    fields.length === 0 ? 'It shares no field with another system.' : `${fields.length} ${fields.length === 1 ? 'field is' : 'fields are'} held elsewhere too and nothing keeps them the same: ${names}${fields.length > 5 ? ' …' : ''} (${fields.length * catalogPoints.field} points).`,
    ...(departments.size === 0 ? [] : [`${departments.size} ${departments.size === 1 ? 'department works' : 'departments work'} with this data: ${[...departments].join(', ')} (${departments.size * catalogPoints.department} points).`]),
    ...(listed ? ['It is not connected yet: see "crosswalk connect".'] : []),
    ...(native ? ["Its maker's own integration is in use: compare the two first."] : []),
  ];
}
