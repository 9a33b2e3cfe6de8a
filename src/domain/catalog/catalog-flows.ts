import type { CatalogFlow } from '../../contracts/catalog.js';
import type { HandoffDefinition, HandoffStep } from '../../contracts/handoff-definition.js';
import { isTwoWay, type ObjectReference, type SyncDefinition } from '../../contracts/sync-definition.js';

/** syncFlows gives the flow of each sync. */
export function syncFlows(syncs: Iterable<SyncDefinition>): CatalogFlow[] {
  return [...syncs].map((sync) => ({
    kind: 'sync', name: sync.sync, title: sync.title, from: sync.from.system, to: sync.to.system, fromObject: sync.from.object, toObjects: [sync.to.object], twoWay: isTwoWay(sync),
  }));
}

/** handoffFlows gives, for each handoff, one flow to each system that its steps write to. */
export function handoffFlows(handoffs: Iterable<HandoffDefinition>): CatalogFlow[] {
  return [...handoffs].flatMap(({ handoff, title, trigger, steps }) => {
    const written = steps.flatMap(writtenObjects);
    return [...new Set(written.map(({ system }) => system))].map((to): CatalogFlow => ({
      kind: 'handoff', name: handoff, title, from: trigger.on.system, to, fromObject: trigger.on.object,
      toObjects: [...new Set(written.filter(({ system }) => system === to).map(({ object }) => object))], twoWay: false,
    }));
  });
}

function writtenObjects(step: HandoffStep): readonly ObjectReference[] {
  switch (step.kind) {
    case 'action': return step.does === 'read' ? [] : [step.object];
    case 'branch': return step.ways.flatMap(({ steps }) => steps.flatMap(writtenObjects));
    case 'parallel': return step.ways.flatMap((steps) => steps.flatMap(writtenObjects));
    case 'forEach': return step.steps.flatMap(writtenObjects);
    default: return [];
  }
}
