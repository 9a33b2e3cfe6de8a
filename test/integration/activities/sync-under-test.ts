import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { mergePairs } from '../../../activities/pairs/merge-pairs.js';
import { observeSide } from '../../../activities/pairs/observe-side.js';
import type { Heartbeat } from '../../../activities/sync/heartbeat.js';
import type { SyncDependencies } from '../../../activities/sync/dependencies.js';
import { measureChanges } from '../../../activities/sync/measure-changes.js';
import { removeMissing } from '../../../activities/sync/removals.js';
import { finishRun, startRun } from '../../../activities/sync/run-lifecycle.js';
import { loadRun, type RunContext } from '../../../activities/sync/run-context.js';
import { syncWindow } from '../../../activities/sync/sync-window.js';
import { indexTarget } from '../../../activities/sync/target-index.js';
import { redriveWorkflowId, syncWorkflowId } from '../../../src/contracts/ids.js';
import type { Connector } from '../../../src/contracts/connector.js';
import type { RedriveSelection } from '../../../src/contracts/redrive.js';
import type { RunState, SyncMode } from '../../../src/contracts/run.js';
import type { FieldMapping, SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Allowances, GuardedResult, StartedRun, SyncResult, WindowResult } from '../../../src/contracts/sync-workflow.js';
import type { ObjectDefinition, SystemDefinition } from '../../../src/contracts/system-definition.js';
import type { Database } from '../../../src/store/database.js';
import { openDeadLetters, type DeadLetter } from '../../../src/store/dead-letters.js';
import { activeDefinitions, storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { takeOver } from '../../../src/store/runs.js';
import { FakeSystem, type FakeSystemOptions } from '../../support/fake-system.js';
import { uniqueName } from '../../support/servers.js';

/** field maps a source field to a target field. */
export function field(from: string, to: string, more: Partial<FieldMapping> = {}): FieldMapping {
  return { from: [from], to, type: 'text', required: false, convert: [], repair: ['trim'], direction: 'forward', ...more };
}

/** RealEnd is an end of a sync that is no system in memory. */
export interface RealEnd {
  readonly definition: SystemDefinition;
  readonly object: string;
  readonly connector: Connector;
}

/** SyncUnderTestOptions says what a sync and its two systems are like. */
export interface SyncUnderTestOptions {
  readonly sync?: Partial<SyncDefinition>;
  readonly source?: FakeSystemOptions;
  readonly target?: FakeSystemOptions;
  readonly sourceObject?: Partial<ObjectDefinition>;
  readonly targetObject?: Partial<ObjectDefinition>;
  /** Waits between attempts; the driver does not wait. */
  readonly scheduleMs?: readonly number[];
  readonly settleMs?: number;
  readonly windowPages?: number;
  /** A source that another sync under test reads as well. */
  readonly sharing?: SyncUnderTest;
  /** Real systems in place of those in memory. */
  readonly real?: { readonly source?: RealEnd; readonly target?: RealEnd };
}

const read = (path: string): Pick<ObjectDefinition, 'list' | 'get' | 'id' | 'version'> => ({
  list: { method: 'GET', path, params: {}, records: '', paginate: { type: 'none' } }, get: { method: 'GET', path: `${path}/{id}`, record: '' }, id: '/id', version: '/version',
});
const since: NonNullable<ObjectDefinition['since']> = { param: 'since', value: '{since}', format: 'unix-ms', field: '/updated_at', overlapMs: 1_000, safetyLagMs: 0 };

function systemOf(name: string, object: string, definition: ObjectDefinition, options: SyncUnderTestOptions): NewDefinition {
  const body: SystemDefinition = {
    system: name, title: name, connector: 'rest', baseUrl: 'http://127.0.0.1', headers: {}, auth: { type: 'none' }, outcomes: [], timeZone: 'UTC', objects: { [object]: definition },
    retry: { scheduleMs: options.scheduleMs ?? [5_000, 10_000, 30_000] },
    limits: { burst: 10, concurrency: 4, reserve: 0, timeoutMs: 1_000, settleMs: options.settleMs ?? 0, maxResponseBytes: 1_000_000 },
  };
  return { kind: 'system', name, hash: newId(), body, source: '' };
}

/** SyncUnderTest is a sync between two systems in memory, on a real database, driven as the workflow drives it. */
export class SyncUnderTest {
  readonly source: FakeSystem;
  readonly target: FakeSystem;
  readonly dependencies: SyncDependencies;
  private readonly stopping = new AbortController();

  private constructor(readonly database: Database, readonly definition: SyncDefinition, source: FakeSystem, target: FakeSystem, windowPages: number, systems: ReadonlyMap<string, Connector>) {
    this.source = source;
    this.target = target;
    this.dependencies = {
      database, logger: pino({ level: 'silent' }), window: { pages: windowPages, durationMs: 60_000 },
      connectors: { open: ({ system }) => {
        const found = systems.get(system);
        if (found === undefined) throw new Error(`there is no system ${system}`);
        return found;
      } },
    };
  }

  /** create applies the definitions of a new sync, beside those that are there. */
  static async create(database: Database, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
    const { sharing } = options;
    const { real = {} } = options;
    const endOf = ({ definition: { system }, object }: RealEnd) => ({ system, object });
    const from = real.source !== undefined ? endOf(real.source) : sharing?.definition.from ?? { system: uniqueName('crm'), object: 'contact' };
    const to = real.target !== undefined ? endOf(real.target) : { system: uniqueName('mailing'), object: 'member' };
    const definition: SyncDefinition = {
      sync: uniqueName('sync'), title: 'Contacts', from, to, when: { realtime: false },
      match: [{ field: 'email', kind: 'email' }, { field: 'phone', kind: 'phone' }],
      fields: [field('email', 'email', { type: 'email' }), field('name', 'name', { required: true, maxLength: 100 }), field('phone', 'phone'), field('city', '/address/city')],
      onDelete: 'archive', onInactive: 'archive', limits: { deletes: 1, changes: 1, blanks: 1 }, rollout: { mode: 'live' }, ...options.sync,
    };
    const change = { method: 'POST' as const, path: '/members', envelope: '', fields: {}, record: '' };
    const targetObject: ObjectDefinition = { ...read('/members'), find: { method: 'GET', path: '/members', records: '', by: { email: {} } }, create: change, update: change, archive: change, delete: change, ...options.targetObject };
    const applied = ({ definition: body }: RealEnd): NewDefinition => ({ kind: 'system', name: body.system, hash: newId(), body, source: '' });
    const definitions: NewDefinition[] = [real.target === undefined ? systemOf(to.system, to.object, targetObject, options) : applied(real.target), { kind: 'sync' as const, name: definition.sync, hash: newId(), body: definition, source: '' }];
    if (real.source !== undefined) definitions.push(applied(real.source));
    else if (sharing === undefined) definitions.push(systemOf(from.system, from.object, { ...read('/contacts'), since, ...options.sourceObject }, options));
    await storeDefinitions(database, [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync')), ...definitions]);
    const source = sharing?.source ?? new FakeSystem({ system: from.system, ...options.source });
    const target = new FakeSystem({ system: to.system, batchSize: 10, ...options.target });
    return new SyncUnderTest(database, definition, source, target, options.windowPages ?? 100, new Map<string, Connector>([[from.system, real.source?.connector ?? source], [to.system, real.target?.connector ?? target]]));
  }

  get heartbeat(): Heartbeat {
    return { signal: this.stopping.signal, report: () => undefined };
  }

  /** start opens a run. */
  start(mode: SyncMode = 'incremental', runId = newId(), selection?: RedriveSelection): Promise<StartedRun> {
    const { sync } = this.definition;
    const workflowId = selection === undefined ? syncWorkflowId(sync, mode) : redriveWorkflowId(sync, selection.letters, mode === 'plan' ? 'plan' : 'redrive');
    return startRun(this.dependencies, { runId, sync, mode, allowRemovals: false, workflowId, ...(selection === undefined ? {} : { selection }) });
  }

  /** window works one window of a run, one attempt. */
  window(runId: string): Promise<WindowResult> {
    return syncWindow(this.dependencies, { runId }, this.heartbeat);
  }

  /** measure counts what a run would do to the linked records, one window, one attempt. */
  measure(runId: string, { allowRemovals = false, allowChanges = false, allowShrink = false }: Allowances = {}): Promise<GuardedResult> {
    return measureChanges(this.dependencies, { runId, allowRemovals, allowChanges, allowShrink }, this.heartbeat);
  }

  /** index takes the target's own records into the crosswalk. */
  async index(runId: string): Promise<void> {
    for (let done = false; !done;) ({ done } = await indexTarget(this.dependencies, { runId }, this.heartbeat));
  }

  /** remove acts on what a full read has not seen. */
  remove(runId: string, allowRemovals = false): ReturnType<typeof removeMissing> {
    return removeMissing(this.dependencies, { runId, allowRemovals }, this.heartbeat);
  }

  /** finish closes a run. */
  finish(runId: string, state: RunState, message: string | null = null): Promise<SyncResult> {
    return finishRun(this.dependencies, { runId, state, message });
  }

  /** run drives a whole run as the workflow does; a failure that may be retried is retried at once, as often as `attempts` says. */
  async run(
    mode: SyncMode = 'incremental', { attempts = 1, selection, ...allowances }: Allowances & { readonly attempts?: number; readonly selection?: RedriveSelection } = {},
  ): Promise<SyncResult> {
    const { runId, measures, needsIndex, removes, twoWay } = await this.start(mode, newId(), selection);
    try {
      if (twoWay === true) return await this.bothWays(runId, attempts, allowances);
      for (let done = !measures; !done;) {
        const measured = await retried(attempts, () => this.measure(runId, allowances));
        if (measured.held !== null) return await this.finish(runId, 'held', measured.held);
        ({ done } = measured);
      }
      if (needsIndex) await this.index(runId);
      for (let done = false; !done;) ({ done } = await retried(attempts, () => this.window(runId)));
      if (removes) {
        const { held } = await retried(attempts, () => this.remove(runId, allowances.allowRemovals));
        if (held !== null) return await this.finish(runId, 'held', held);
      }
      return await this.finish(runId, 'succeeded');
    } catch (error) {
      await this.finish(runId, 'failed', error instanceof Error ? error.message : 'unknown');
      throw error;
    }
  }

  /** observe reads both sides of a two-way sync and merges nothing. */
  async observe(runId: string): Promise<void> {
    for (const side of ['source', 'target'] as const) for (let done = false; !done;) ({ done } = await observeSide(this.dependencies, { runId, side }, this.heartbeat));
  }

  /** bothWays drives a run of a two-way sync from its start to its end. */
  async bothWays(runId: string, attempts = 1, { allowRemovals = false, ...allowances }: Allowances = {}): Promise<SyncResult> {
    for (const side of ['source', 'target'] as const) {
      for (let done = false; !done;) ({ done } = await retried(attempts, () => observeSide(this.dependencies, { runId, side }, this.heartbeat)));
    }
    let held: string | null = null;
    for (let done = false; !done;) ({ done, held } = await retried(attempts, () => mergePairs(this.dependencies, { runId, allowRemovals, ...allowances }, this.heartbeat)));
    return held === null ? this.finish(runId, 'succeeded') : this.finish(runId, 'held', held);
  }

  /** context begins an attempt at a run and loads what it works with. */
  async context(runId: string): Promise<RunContext> {
    return loadRun(this.dependencies, await takeOver(this.database, runId));
  }

  /** letters are the open dead letters of this sync. */
  letters(): Promise<DeadLetter[]> {
    return openDeadLetters(this.database, { sync: this.definition.sync, limit: 500 });
  }

  /** atTarget is the records of the target that are not archived, by a field. */
  atTarget(name = 'name'): Record<string, unknown> {
    return Object.fromEntries([...this.target.records.values()].filter(({ inactive }) => !inactive).map(({ id, data }) => [id, data[name]]));
  }

  /** abort asks the activities to stop. */
  abort(): void {
    this.stopping.abort(new Error('the worker stops'));
  }
}

async function retried<Result>(attempts: number, task: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1, waits = 0; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      const final = error instanceof ApplicationFailure && error.nonRetryable === true;
      // On a machine that stands still for a second a write comes too late to be sent, which is no failed attempt.
      const isPatient = error instanceof Error && error.message.includes('is still open') && waits < 20;
      if (isPatient) {
        waits += 1;
        attempt -= 1;
      } else if (final || attempt >= attempts) throw error;
    }
  }
}

/** failureOf is the ApplicationFailure that a task ends with. */
export async function failureOf(task: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await task.then(() => new Error('nothing failed'), (caught: unknown) => caught);
  if (error instanceof ApplicationFailure) return error;
  throw error;
}
