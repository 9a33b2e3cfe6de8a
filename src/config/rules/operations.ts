import type { DefinitionPath } from '../definition-source.js';
import { isMapping, mappingAt, textAt, valueAt } from '../tolerant-access.js';

/** OperationPlace is an operation of an object as it stands in a system definition. */
export interface OperationPlace {
  readonly object: string;
  readonly kind: OperationKind | 'batch';
  readonly path: DefinitionPath;
  readonly verbs: readonly string[];
  /** How the operation usually begins, for messages. */
  readonly example: string;
}

/** OperationKind is what an operation of an object does. */
export type OperationKind = 'list' | 'get' | 'find' | 'create' | 'update' | 'archive' | 'delete';

const readVerbs = ['get', 'post'];
const writeVerbs = ['post', 'put', 'patch', 'delete'];

const kinds: Readonly<Record<OperationKind, { readonly verbs: readonly string[]; readonly example: string }>> = {
  list: { verbs: readVerbs, example: 'get: /contacts' },
  get: { verbs: readVerbs, example: 'get: "/contacts/{id}"' },
  find: { verbs: readVerbs, example: 'get: /contacts' },
  create: { verbs: writeVerbs, example: 'post: /contacts' },
  update: { verbs: writeVerbs, example: 'patch: "/contacts/{id}"' },
  archive: { verbs: writeVerbs, example: 'post: "/contacts/{id}/archive"' },
  delete: { verbs: writeVerbs, example: 'delete: "/contacts/{id}"' },
};

/** operationsOf lists the operations, and the batches in them, that stand in a system definition. */
export function operationsOf(value: unknown): readonly OperationPlace[] {
  return Object.keys(mappingAt(value, ['objects'])).flatMap((object) =>
    (Object.keys(kinds) as OperationKind[]).flatMap((kind) => operationAt(value, object, kind)));
}

function operationAt(value: unknown, object: string, kind: OperationKind): readonly OperationPlace[] {
  const path = ['objects', object, kind];
  if (!isMapping(valueAt(value, path))) return [];
  const operation: OperationPlace = { object, kind, path, ...kinds[kind] };
  const batchPath = [...path, 'batch'];
  if (!isMapping(valueAt(value, batchPath))) return [operation];
  return [operation, { object, kind: 'batch', path: batchPath, verbs: writeVerbs, example: 'post: /contacts/batch' }];
}

/** requestPath gives the path of an operation's request and the key it stands under; undefined where there is none. */
export function requestPath(value: unknown, operation: OperationPlace): { readonly key: string; readonly text: string } | undefined {
  for (const key of operation.verbs) {
    const text = textAt(value, [...operation.path, key]);
    if (text !== undefined) return { key, text };
  }
  return undefined;
}
