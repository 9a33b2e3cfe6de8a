import type { FieldMapping, SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import type { Adjust } from '../support/instance.js';
import type { HttpSystem } from '../support/http-system.js';

const field = (name: string, more: Partial<FieldMapping> = {}): FieldMapping => ({ from: [name], to: name, type: 'text', required: false, convert: [], repair: [], direction: 'forward', ...more });

/** betweenSystems makes the sync `contacts-to-mailing` of the sandbox's definitions one between two systems of a test. */
export function betweenSystems(source: HttpSystem, target: HttpSystem): Adjust {
  const ends: Readonly<Record<string, readonly [HttpSystem, string]>> = { crm: [source, 'contact'], mailing: [target, 'member'] };
  const system = (definition: SystemDefinition): SystemDefinition => {
    const [http, object] = ends[definition.system] ?? [];
    if (http === undefined || object === undefined) return definition;
    const own = http.definition();
    const described = own.objects['record'];
    return { ...own, system: definition.system, objects: described === undefined ? {} : { [object]: described } };
  };
  const sync = (definition: SyncDefinition): SyncDefinition => {
    if (definition.sync !== 'contacts-to-mailing') return definition;
    const { scope: _all, rollout, ...rest } = definition;
    return { ...rest, rollout: { mode: rollout.mode }, match: [{ field: 'email', kind: 'email' }], fields: [field('email', { type: 'email' }), field('name')] };
  };
  return { system, sync };
}

/** Account is what two systems hold after a sync between them. */
export interface Account {
  readonly lost: readonly string[];
  readonly duplicates: readonly string[];
  readonly wrong: readonly string[];
}

/** allArrived is the account of a sync that did its work. */
export const allArrived: Account = { lost: [], duplicates: [], wrong: [] };

/** accountOf compares two systems by e-mail address and name. */
export function accountOf(source: HttpSystem, target: HttpSystem): Account {
  const names = new Map<unknown, unknown[]>();
  for (const record of target.records.values()) names.set(record['email'], [...(names.get(record['email']) ?? []), record['name']]);
  const wanted = [...source.records.values()];
  return {
    lost: wanted.filter((record) => !names.has(record['email'])).map(({ id }) => id),
    duplicates: [...names].filter(([, found]) => found.length > 1).map(([email]) => String(email)),
    wrong: wanted.filter((record) => names.get(record['email'])?.some((name) => name !== record['name'])).map(({ id }) => id),
  };
}
