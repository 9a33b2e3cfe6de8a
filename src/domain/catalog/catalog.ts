import type { Catalog, CatalogSystem } from '../../contracts/catalog.js';
import type { HandoffDefinition } from '../../contracts/handoff-definition.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { apartFields } from './apart-fields.js';
import { handoffFlows, syncFlows } from './catalog-flows.js';
import { rankNext } from './rank-next.js';

/** drawUpCatalog makes the catalogue of all systems, syncs and handoffs. */
export function drawUpCatalog(systems: Iterable<CatalogSystem>, syncs: Iterable<SyncDefinition>, handoffs: Iterable<HandoffDefinition>): Catalog {
  const all = [...systems].toSorted((a, b) => (a.system < b.system ? -1 : 1));
  const flows = [...syncFlows(syncs), ...handoffFlows(handoffs)];
  const apart = apartFields(all, flows);
  return { systems: all, flows, apart, next: rankNext(all, apart) };
}
