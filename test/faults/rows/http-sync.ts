import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import type { SyncDependencies } from '../../../activities/sync/dependencies.js';
import { createActivities } from '../../../activities/create-activities.js';
import { measureChanges } from '../../../activities/sync/measure-changes.js';
import { removeMissing } from '../../../activities/sync/removals.js';
import { syncWindow } from '../../../activities/sync/sync-window.js';
import { indexTarget } from '../../../activities/sync/target-index.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { SyncMode, RunState } from '../../../src/contracts/run.js';
import type { FieldMapping, SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Allowances, SyncResult } from '../../../src/contracts/sync-workflow.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import type { Database } from '../../../src/store/database.js';
import { openDeadLetters, type DeadLetter } from '../../../src/store/dead-letters.js';
import { activeDefinitions, storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { HttpSystem, type HttpRecord, type HttpSystemOptions } from '../../support/http-system.js';
import { uniqueName } from '../../support/servers.js';

/** text maps a field of the same name as text. */
export function text(name: string, more: Partial<FieldMapping> = {}): FieldMapping {
  return { from: [name], to: name, type: 'text', required: false, convert: [], repair: [], direction: 'forward', ...more };
}

/** HttpSyncOptions says what a sync and its two systems are like. */
export interface HttpSyncOptions {
  readonly sync?: Partial<SyncDefinition>;
  readonly source?: HttpSystemOptions;
  readonly target?: HttpSystemOptions;
  readonly windowPages?: number;
  /** Makes the definitions of the systems, for what leads through a proxy. */
  readonly define?: (system: HttpSystem) => SystemDefinition;
}

/** Verdict compares the source, the target with its log of what it executed, and the ledger. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly duplicates: readonly string[];
  readonly wrong: readonly string[];
  /** Acknowledged writes that the target did not execute, and executed ones that the ledger does not know. */
  readonly ledgerOnly: number;
  readonly targetOnly: number;
  readonly open: number;
}

/** clean is the verdict on a sync that lost nothing and wrote nothing twice. */
export const clean: Verdict = { lost: [], duplicates: [], wrong: [], ledgerOnly: 0, targetOnly: 0, open: 0 };

let storing: Promise<unknown> = Promise.resolve();

/** HttpSync is a sync between two HTTP servers over the real connectors, on a real database, driven as the workflow drives it. */
export class HttpSync {
  readonly dependencies: SyncDependencies;
  private readonly stops: (() => Promise<unknown>)[] = [];

  private constructor(readonly database: Database, readonly definition: SyncDefinition, readonly source: HttpSystem, readonly target: HttpSystem, windowPages: number) {
    const registry = createConnectorRegistry({ networkAllow: ['loopback'],
      resolve: (value) => value, secrets: createSecretRegister(), log: pino({ level: 'silent' }),
      budgetFor: ({ limits }) => createLocalBudget(limits), maxRateLimitWaitMs: 3_000,
    });
    this.stops.push(() => source.close(), () => target.close(), () => registry.close());
    this.dependencies = { database, logger: pino({ level: 'silent' }), window: { pages: windowPages, durationMs: 60_000 }, connectors: { open: (system) => registry.connectorFor(system) } };
  }

  /** create starts both systems and applies the definitions. */
  static async create(database: Database, options: HttpSyncOptions = {}): Promise<HttpSync> {
    const source = await HttpSystem.start(uniqueName('crm'), options.source);
    const target = await HttpSystem.start(uniqueName('mailing'), options.target);
    const definition: SyncDefinition = {
      sync: uniqueName('sync'), title: 'Contacts', from: { system: source.name, object: 'record' }, to: { system: target.name, object: 'record' }, when: { realtime: false },
      match: [{ field: 'email', kind: 'email' }], fields: [text('email', { type: 'email' }), text('name')],
      onDelete: 'archive', onInactive: 'archive', limits: { deletes: 0.1, changes: 1, blanks: 1 }, rollout: { mode: 'live' }, ...options.sync,
    };
    const define = options.define ?? ((system: HttpSystem) => system.definition());
    const systems = [source, target].map((system) => ({ kind: 'system' as const, name: system.name, hash: newId(), body: define(system), source: '' }));
    const added: readonly NewDefinition[] = [...systems, { kind: 'sync', name: definition.sync, hash: newId(), body: definition, source: '' }];
    // One after the other: whatever is not named would be taken out of force.
    storing = storing.then(async () => storeDefinitions(database, [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync')), ...added]));
    await storing;
    return new HttpSync(database, definition, source, target, options.windowPages ?? 40);
  }

  /** contacts puts so many contacts into the source, c1 with n1 and so on. */
  contacts(count: number, name: (at: number) => string = (at) => `n${at}`): void {
    for (let at = 1; at <= count; at += 1) this.source.put(`c${at}`, { email: `c${at}@example.org`, name: name(at) });
  }

  /**
   * run drives a whole run as the workflow does: a failure that may be retried is, after the wait that it asks for. Other
   * errors are those of a lost worker or database, and are retried as well, at most 60 times in all.
   */
  async run(mode: SyncMode = 'incremental', allowances: Allowances = {}): Promise<SyncResult> {
    const { allowRemovals = false, allowChanges = false, allowShrink = false } = allowances;
    const heartbeat = { signal: new AbortController().signal, report: () => undefined };
    const { startRun, finishRun } = createActivities(this.dependencies);
    const { sync } = this.definition;
    const workflowId = mode === 'backfill' || mode === 'plan' ? `${mode}/${sync}` : `sync/${sync}`;
    const wanted = { runId: newId(), sync, mode, allowRemovals, workflowId };
    const { runId, measures, needsIndex, removes } = await retried(() => startRun(wanted));
    const finish = (state: RunState, message: string | null = null): Promise<SyncResult> => retried(() => finishRun({ runId, state, message }));
    try {
      for (let done = !measures; !done;) {
        const measured = await retried(() => measureChanges(this.dependencies, { runId, allowRemovals, allowChanges, allowShrink }, heartbeat));
        if (measured.held !== null) return await finish('held', measured.held);
        ({ done } = measured);
      }
      for (let done = !needsIndex; !done;) ({ done } = await retried(() => indexTarget(this.dependencies, { runId }, heartbeat)));
      for (let done = false; !done;) ({ done } = await retried(() => syncWindow(this.dependencies, { runId }, heartbeat)));
      if (removes) {
        const { held } = await retried(() => removeMissing(this.dependencies, { runId, allowRemovals }, heartbeat));
        if (held !== null) return await finish('held', held);
      }
      return await finish('succeeded');
    } catch (error) {
      return finish('failed', error instanceof Error ? error.message : 'unknown');
    }
  }

  /** letters are the open dead letters. */
  letters(): Promise<DeadLetter[]> {
    return openDeadLetters(this.database, { sync: this.definition.sync, limit: 500 });
  }

  /** judge says whether every record of the source is at the target once, with its values, as both logs say. */
  async judge({ except = [], field = 'name' }: { readonly except?: readonly string[]; readonly field?: string } = {}): Promise<Verdict> {
    const wanted = [...this.source.records.values()].filter(({ id }) => !except.includes(id));
    const atTarget = new Map<unknown, HttpRecord[]>();
    for (const record of this.target.records.values()) atTarget.set(record['email'], [...(atTarget.get(record['email']) ?? []), record]);
    const { rows } = await this.database.pool.query<{ state: string; kind: string; external_id: string }>(
      `select w.state, w.kind, w.external_id from writes w join syncs s on s.id = w.sync_id where s.name = $1 and w.state <> 'planned'`, [this.definition.sync],
    );
    const ledger = rows.filter(({ state }) => state === 'acknowledged').map(({ kind, external_id: id }) => `${kind} ${id}`);
    const executed = this.target.ops.map(({ op, id }) => `${op} ${id}`);
    return {
      lost: wanted.filter((record) => !atTarget.has(record['email'])).map(({ id }) => id),
      duplicates: [...atTarget.values()].filter((found) => found.length > 1).map(([first]) => first?.id ?? ''),
      wrong: wanted.filter((record) => atTarget.get(record['email'])?.some((found) => found[field] !== record[field])).map(({ id }) => id),
      ledgerOnly: surplus(ledger, executed),
      targetOnly: surplus(executed, ledger),
      open: rows.filter(({ state }) => state === 'sent' || state === 'unknown').length,
    };
  }

  /** close stops both systems. */
  async close(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}

function surplus(left: readonly string[], right: readonly string[]): number {
  const count = new Map<string, number>();
  for (const entry of right) count.set(entry, (count.get(entry) ?? 0) + 1);
  return left.filter((entry) => {
    const known = count.get(entry) ?? 0;
    count.set(entry, known - 1);
    return known <= 0;
  }).length;
}

async function retried<Result>(task: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      const isFailure = error instanceof ApplicationFailure;
      if ((isFailure && error.nonRetryable === true) || attempt >= 60) throw error;
      await sleep(isFailure ? Number(error.nextRetryDelay ?? 50) : 50);
    }
  }
}
