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

const operationKinds: readonly Pick<OperationPlace, 'kind' | 'verbs' | 'example'>[] = [
  { kind: 'list', verbs: readVerbs, example: 'get: /contacts' },
  { kind: 'get', verbs: readVerbs, example: 'get: "/contacts/{id}"' },
  { kind: 'find', verbs: readVerbs, example: 'get: /contacts' },
  { kind: 'create', verbs: writeVerbs, example: 'post: /contacts' },
  { kind: 'update', verbs: writeVerbs, example: 'patch: "/contacts/{id}"' },
  { kind: 'archive', verbs: writeVerbs, example: 'post: "/contacts/{id}/archive"' },
  { kind: 'delete', verbs: writeVerbs, example: 'delete: "/contacts/{id}"' },
];

/** operationsOf lists the operations, and the batches in them, that stand in a system definition. */
export function operationsOf(value: unknown): readonly OperationPlace[] {
  return Object.keys(mappingAt(value, ['objects'])).flatMap((object) => [
    ...operationKinds.flatMap((operation) => operationAt(value, { ...operation, object, path: ['objects', object, operation.kind] })),
    ...operationAt(value, { kind: 'list', verbs: readVerbs, example: 'post: /contacts/search', object, path: ['objects', object, 'since', 'list'] }),
  ]);
}

function operationAt(value: unknown, operation: OperationPlace): readonly OperationPlace[] {
  const { object, path } = operation;
  if (!isMapping(valueAt(value, path))) return [];
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
