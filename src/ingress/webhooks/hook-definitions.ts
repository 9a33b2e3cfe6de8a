import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { isTwoWay } from '../../contracts/sync-definition.js';
import type { SystemDefinition } from '../../contracts/system-definition.js';
import type { WebhookDefinition } from '../../contracts/webhook-definition.js';
import { handoffConsumer, syncConsumer } from '../../contracts/ids.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions } from '../../store/definitions.js';

/** HookedSystem is a system whose webhooks are received. */
export interface HookedSystem {
  /** With the secrets that have a value, resolved. */
  readonly webhooks: WebhookDefinition;
  /** References to secrets that have no value. */
  readonly missing: readonly string[];
  /** The system's object where it has one only; null otherwise. */
  readonly onlyObject: string | null;
}

/** HookDefinitions is what the definitions in force say about webhooks. */
export interface HookDefinitions {
  readonly systems: ReadonlyMap<string, HookedSystem>;
  /** Those who follow webhooks, paused ones left out. */
  readonly consumers: ReadonlySet<string>;
  /** consumersOf is who wants to know of a change; of any object where none is named. */
  consumersOf(system: string, object: string | null): readonly string[];
}

/** HookProblem is why webhooks of a system are turned away. */
export interface HookProblem {
  readonly system: string;
  readonly problem: string;
}

/** HookDefinitionOptions is what the reading of definitions works with. */
export interface HookDefinitionOptions {
  readonly database: Database;
  /** Gives the value of a reference to a secret; throws where there is none. */
  readonly resolve: (text: string) => string;
  /** Waits until what texts name in stores of secrets has been read once, or could not be. */
  readonly secretsReady?: (texts: readonly string[]) => Promise<void>;
  /** Called once for each problem, until it has gone. */
  readonly onProblem: (problem: HookProblem) => void;
}

/** For so long what was read is taken as still in force, milliseconds. */
const FRESH_MS = 2_000;

/** HookDefinitionCache reads the definitions at most every two seconds; where the database does not answer it goes on with those it has. */
export class HookDefinitionCache {
  private known: { readonly definitions: HookDefinitions; readonly readAtMs: number } | undefined;
  private reading: Promise<HookDefinitions> | undefined;
  private found: readonly HookProblem[] = [];

  constructor(private readonly options: HookDefinitionOptions) {}

  /** current is the definitions in force; throws where they were never read and cannot be. */
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

  /** problems are the systems whose secrets were missing when the definitions were last read. */
  problems(): readonly HookProblem[] {
    return this.found;
  }

  /** expire has the definitions and the secrets read again with the next webhook. */
  expire(): void {
    if (this.known !== undefined) this.known = { ...this.known, readAtMs: 0 };
  }

  private async read(): Promise<HookDefinitions> {
    const { database } = this.options;
    const [systems, syncs, handoffs] = await Promise.all([activeDefinitions(database, 'system'), activeDefinitions(database, 'sync'), activeDefinitions(database, 'handoff')]);
    await this.options.secretsReady?.(systems.flatMap(({ body: { webhooks } }) => webhooks?.verify.secrets ?? []));
    const hooked = systems.flatMap(({ name, body }) => (body.webhooks === undefined ? [] : [[name, this.hooked(body, body.webhooks)] as const]));
    const definitions: HookDefinitions = {
      systems: new Map(hooked),
      consumers: new Set([...syncs.filter(({ body }) => follows(body)).map(({ name }) => syncConsumer(name)), ...handoffs.map(({ name }) => handoffConsumer(name))]),
      consumersOf: (system, object) => [
        ...syncs.filter(({ body }) => wants(body, system, object)).map(({ name }) => syncConsumer(name)),
        // Without its object a record cannot be read.
        ...handoffs.filter(({ body: { trigger: { on } } }) => on.system === system && on.object === object).map(({ name }) => handoffConsumer(name)),
      ],
    };
    this.note(hooked.flatMap(([system, { missing }]) => (missing.length === 0 ? [] : [{ system, problem: `no value for ${missing.join(', ')}` }])));
    this.known = { definitions, readAtMs: Date.now() };
    return definitions;
  }

  private note(problems: readonly HookProblem[]): void {
    const isNew = ({ system, problem }: HookProblem): boolean => !this.found.some((known) => known.system === system && known.problem === problem);
    for (const problem of problems.filter(isNew)) this.options.onProblem(problem);
    this.found = problems;
  }

  // A secret that is missing is the trouble of its system, and of no other.
  private hooked({ objects }: SystemDefinition, webhooks: WebhookDefinition): HookedSystem {
    const [onlyObject, ...more] = Object.keys(objects);
    const { verify } = webhooks;
    const resolved = verify.secrets.map((reference) => ({ reference, secret: this.valueOf(reference) }));
    return {
      webhooks: { ...webhooks, verify: { ...verify, secrets: resolved.flatMap(({ secret }) => secret ?? []) } },
      missing: resolved.flatMap(({ reference, secret }) => (secret === undefined ? [reference] : [])),
      onlyObject: more.length === 0 ? onlyObject ?? null : null,
    };
  }

  private valueOf(reference: string): string | undefined {
    try {
      return this.options.resolve(reference);
    } catch {
      return undefined;
    }
  }
}

function follows({ when, rollout }: SyncDefinition): boolean {
  return when.realtime && rollout.mode !== 'paused';
}

function wants(sync: SyncDefinition, system: string, object: string | null): boolean {
  const isAbout = (end: SyncDefinition['from']): boolean => end.system === system && (object === null || end.object === object);
  return follows(sync) && (isAbout(sync.from) || (isTwoWay(sync) && isAbout(sync.to)));
}
