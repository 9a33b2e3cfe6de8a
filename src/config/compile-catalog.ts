import type { CatalogSystem } from '../contracts/catalog.js';
import type { AuthorCatalog } from './schema/catalog-schema.js';

/** CatalogAuthor is what the catalogue takes from a system's definition, connected or listed. */
export interface CatalogAuthor {
  readonly system: string;
  readonly title?: string | undefined;
  readonly owner?: string | undefined;
  readonly listed?: true | undefined;
  readonly catalog?: AuthorCatalog | undefined;
}

/** compileCatalog makes a system of the catalogue of a definition that has been checked; its owner is its first department. */
export function compileCatalog({ system, title, owner, listed, catalog }: CatalogAuthor): CatalogSystem {
  const departments = [...(owner === undefined ? [] : [owner]), ...(catalog?.departments ?? [])];
  return {
    system, title: title ?? system, owner: owner ?? null, listed: listed === true,
    departments: [...new Set(departments)],
    holds: (catalog?.holds ?? []).map(({ data, object, fields }) => ({ data, object: object ?? null, fields: [...new Set(fields)] })),
    native: catalog?.native ?? false, hoursSaved: catalog?.hoursSaved ?? null, note: catalog?.note ?? null,
  };
}
