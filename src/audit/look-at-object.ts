import type { DeleteSight, ObjectFacts } from '../contracts/audit.js';
import type { Page } from '../contracts/connector.js';
import type { ObjectDefinition } from '../contracts/system-definition.js';
import type { AuditAccess } from './audit-access.js';
import type { Meter } from './meter.js';

const operations = ['list', 'get', 'find', 'create', 'update', 'archive', 'delete'] as const;

/** A time that no record is changed after. */
const NEVER_MS = Date.UTC(2099, 0, 1);

/** ObjectLook is what looking at an object gave; the id of a record, for asking about others. */
export interface ObjectLook {
  readonly facts: ObjectFacts;
  readonly id: string | null;
}

/** lookAtObject reads at most two pages of an object and asks for changes of the future; what fails is a problem in its facts. */
export async function lookAtObject({ connector }: AuditAccess, { signal }: Meter, name: string, object: ObjectDefinition): Promise<ObjectLook> {
  const problems: string[] = [];
  const pages: Page[] = [];
  let firstPageMs: number | null = null;
  await attempt(problems, async () => {
    const startedAt = performance.now();
    for await (const page of connector.list(name, { signal })) {
      firstPageMs ??= Math.round((performance.now() - startedAt) * 10) / 10;
      pages.push(page);
      if (pages.length === 2) break;
    }
  });
  const [first, second] = pages;
  const facts: ObjectFacts = {
    object: name,
    operations: operations.filter((operation) => object[operation] !== undefined),
    paging: object.list.paginate.type,
    pageSize: pageSizeOf(object),
    firstPage: first?.records.length ?? null,
    firstPageMs,
    pagingWorks: pagingOf(first, second),
    sinceWorks: object.since === undefined ? 'not defined' : first === undefined ? 'not tried' : await sinceOf(connector, name, signal, problems),
    findBy: Object.keys(object.find?.by ?? {}),
    writesInBatchesOf: object.create?.batch?.max ?? object.update?.batch?.max ?? null,
    idempotentCreates: object.create?.idempotencyHeader !== undefined,
    checksVersions: object.update?.versionHeader !== undefined,
    deletes: deletesOf(object, pages),
    problems,
  };
  return { facts, id: first?.records[0]?.id ?? null };
}

/** pageSizeOf is how many records a page is asked for; 0 where the list has no pages. */
export function pageSizeOf({ list: { paginate } }: ObjectDefinition): number {
  return paginate.type === 'none' ? 0 : paginate.limit;
}

function pagingOf(first: Page | undefined, second: Page | undefined): ObjectFacts['pagingWorks'] {
  if (first === undefined) return 'not tried';
  if (second === undefined) return first.next === null ? 'one page' : 'no';
  const seen = new Set(first.records.map(({ id }) => id));
  return second.records.every(({ id }) => !seen.has(id)) ? 'yes' : 'no';
}

async function sinceOf(connector: AuditAccess['connector'], name: string, signal: AbortSignal, problems: string[]): Promise<ObjectFacts['sinceWorks']> {
  const read = await attempt(problems, async () => connector.list(name, { signal, sinceMs: NEVER_MS }).next());
  if (read === undefined) return 'not tried';
  if (read.done === true || read.value.records.length === 0) return 'yes';
  problems.push(`Asked for what changes after 2099, it lists ${read.value.records.length} records: the filter of "since" is ignored.`);
  return 'no';
}

function deletesOf(object: ObjectDefinition, pages: readonly Page[]): DeleteSight {
  const seen = pages.some(({ records }) => records.some(({ deleted }) => deleted));
  return { by: object.deleted === undefined ? 'missing-from-a-full-read' : 'mark', seen };
}

async function attempt<T>(problems: string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : 'it failed for an unknown reason');
    return undefined;
  }
}
