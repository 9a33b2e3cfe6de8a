import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { isTwoWay } from '../../contracts/sync-definition.js';
import type { SystemDefinition } from '../../contracts/system-definition.js';
import type { WebhookDefinition } from '../../contracts/webhook-definition.js';
import { handoffConsumer, syncConsumer } from '../../contracts/ids.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions } from '../../store/definitions.js';

/** HookedSystem is a system whose webhooks are received; its secrets are resolved. */
export interface HookedSystem {
  readonly webhooks: WebhookDefinition;
  /** The system's object where it has one only; null otherwise. */
  readonly onlyObject: string | null;
}

/** HookDefinitions is what the definitions in force say about webhooks. */
export interface HookDefinitions {
  readonly systems: ReadonlyMap<string, HookedSystem>;
  /** consumersOf is who wants to know of a change; of any object where none is named. */
  consumersOf(system: string, object: string | null): readonly string[];
}

/** For so long what was read is taken as still in force, milliseconds. */
const FRESH_MS = 2_000;

/** HookDefinitionCache reads the definitions at most every two seconds; where the database does not answer it goes on with those it has. */
export class HookDefinitionCache {
  private known: { readonly definitions: HookDefinitions; readonly readAtMs: number } | undefined;
  private reading: Promise<HookDefinitions> | undefined;

  constructor(private readonly database: Database, private readonly resolve: (text: string) => string) {}

  /** current is the definitions in force; throws where they were never read and cannot be, or a secret is missing. */
  async current(): Promise<HookDefinitions> {
    if (this.known !== undefined && Date.now() - this.known.readAtMs < FRESH_MS) return this.known.definitions;
    this.reading ??= this.read().finally(() => { this.reading = undefined; });
    try {
      return await this.reading;
    } catch (error) {
      if (this.known === undefined) throw error;
      return this.known.definitions;
    }
  }

  private async read(): Promise<HookDefinitions> {
    const [systems, syncs, handoffs] = await Promise.all([activeDefinitions(this.database, 'system'), activeDefinitions(this.database, 'sync'), activeDefinitions(this.database, 'handoff')]);
    const definitions = {
      systems: new Map(systems.flatMap(({ name, body }) => (body.webhooks === undefined ? [] : [[name, this.hooked(body, body.webhooks)] as const]))),
      consumersOf: (system: string, object: string | null) => [
        ...syncs.filter(({ body }) => wants(body, system, object)).map(({ name }) => syncConsumer(name)),
        // Without its object a record cannot be read.
        ...handoffs.filter(({ body: { trigger: { on } } }) => on.system === system && on.object === object).map(({ name }) => handoffConsumer(name)),
      ],
    };
    this.known = { definitions, readAtMs: Date.now() };
    return definitions;
  }

  private hooked({ objects }: SystemDefinition, webhooks: WebhookDefinition): HookedSystem {
    const [onlyObject, ...more] = Object.keys(objects);
    const { verify } = webhooks;
    const secrets = verify.secrets.map((secret) => this.resolve(secret));
    return { webhooks: { ...webhooks, verify: { ...verify, secrets } }, onlyObject: more.length === 0 ? onlyObject ?? null : null };
  }
}

function wants(sync: SyncDefinition, system: string, object: string | null): boolean {
  const isAbout = (end: SyncDefinition['from']): boolean => end.system === system && (object === null || end.object === object);
  return sync.when.realtime && sync.rollout.mode !== 'paused' && (isAbout(sync.from) || (isTwoWay(sync) && isAbout(sync.to)));
}
