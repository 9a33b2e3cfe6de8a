/** CatalogEntry is what the catalogue says of a system besides how it is connected. */
export interface CatalogEntry {
  readonly departments: readonly string[];
  readonly holds: readonly CatalogHolding[];
  /** Whether its maker's own integration is in use, in place of a sync. */
  readonly native: boolean;
  /** Hours a month that are saved by keeping it in step, or would be. */
  readonly hoursSaved: number | null;
  readonly note: string | null;
}

/** CatalogHolding is one kind of data that a system holds, under the name that the company uses. */
export interface CatalogHolding {
  readonly data: string;
  /** Object of the system that holds it; null: not said. */
  readonly object: string | null;
  readonly fields: readonly string[];
}

/** CatalogSystem is one system of the catalogue. */
export interface CatalogSystem extends CatalogEntry {
  readonly system: string;
  readonly title: string;
  readonly owner: string | null;
  /** Listed only: it is not connected. */
  readonly listed: boolean;
}

/** CatalogFlow is what moves between two systems. */
export interface CatalogFlow {
  readonly kind: 'sync' | 'handoff';
  readonly name: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** Objects at both ends. */
  readonly fromObject: string;
  readonly toObjects: readonly string[];
  readonly twoWay: boolean;
}

/** ApartField is a field that several systems hold and nothing keeps the same. */
export interface ApartField {
  /** As in `contact.email`. */
  readonly field: string;
  /** Groups of systems; syncs keep the field the same within a group, and nothing between groups. The largest is first. */
  readonly groups: readonly (readonly string[])[];
}

/** NextIntegration is a system that is worth bringing in step, with its score. */
export interface NextIntegration {
  readonly system: string;
  readonly score: number;
  /** System that most of the fields are to be brought in step with. */
  readonly with: string | null;
  /** Plain sentences: what the score is made of, and what to look at. */
  readonly reasons: readonly string[];
}

/** Catalog is the map of the company's systems and of what moves between them. */
export interface Catalog {
  readonly systems: readonly CatalogSystem[];
  readonly flows: readonly CatalogFlow[];
  readonly apart: readonly ApartField[];
  readonly next: readonly NextIntegration[];
}
