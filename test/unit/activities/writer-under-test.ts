import { v7 as uuidv7 } from 'uuid';
import { BatchWriter, type BatchWriterOptions, type FollowUps, type WriteLedger } from '../../../activities/sync/batch-writer.js';
import type { OpenPage } from '../../../activities/sync/page-tracker.js';
import type { PlannedWrite } from '../../../activities/sync/planned-write.js';
import { TroubleBox } from '../../../activities/sync/trouble.js';
import type { WriteKind } from '../../../src/contracts/connector.js';
import type { WriteState } from '../../../src/contracts/ledger.js';
import type { RunCounts } from '../../../src/contracts/run.js';
import type { NewDeadLetter } from '../../../src/store/dead-letters.js';
import type { Intent, Settlement } from '../../../src/store/ledger.js';
import { FakeSystem, type FakeSystemOptions } from '../../support/fake-system.js';

/** WatchedPage is an open page that keeps what it is told. */
export interface WatchedPage extends OpenPage {
  settledWrites: number;
  counts: Partial<RunCounts>;
}

/** watchedPage makes a page that keeps what it is told. */
export function watchedPage(): WatchedPage {
  const page: WatchedPage = {
    settledWrites: 0,
    counts: {},
    expect: () => undefined,
    settled: (writes) => { page.settledWrites += writes; },
    count: (counts) => { for (const [name, count] of Object.entries(counts)) page.counts = { ...page.counts, [name]: (page.counts[name as keyof RunCounts] ?? 0) + count }; },
    planned: () => undefined,
  };
  return page;
}

/** planned makes a write for a source record; `more` overrides parts of its intent. */
export function planned(sourceId: string, kind: WriteKind = 'create', page: OpenPage = watchedPage(), more: Partial<Intent> = {}): PlannedWrite {
  return {
    page, payload: { id: sourceId }, conflicts: 0, keys: [{ kind: 'email', value: `${sourceId}@example.org` }], droppedKeys: [],
    intent: {
      id: uuidv7(), entityId: uuidv7(), sourceId, sourceVersion: null, externalId: kind === 'create' ? null : `t-${sourceId}`, kind, reason: 'test',
      before: null, after: { name: sourceId }, fingerprint: null, expectedVersion: null, ...more,
    },
  };
}

/** FakeLedger keeps writes as the database would: one open write for each source record, and states that only end once. */
export class FakeLedger implements WriteLedger {
  readonly writes = new Map<string, { readonly write: PlannedWrite; state: WriteState; settlement?: Settlement }>();
  readonly letters: NewDeadLetter[] = [];
  /** Source records that another writer holds, or all of them once another attempt has taken over. */
  refuses: (write: PlannedWrite) => boolean = () => false;
  failsAt: 'intend' | 'settle' | 'park' | undefined;

  async intend(writes: readonly PlannedWrite[]): Promise<Set<string>> {
    await Promise.resolve();
    if (this.failsAt === 'intend') throw new Error('the database does not answer');
    const open = new Set([...this.writes.values()].filter(({ state }) => state === 'sent').map(({ write }) => write.intent.sourceId));
    const accepted = writes.filter((write) => !this.refuses(write) && !open.has(write.intent.sourceId));
    for (const write of accepted) this.writes.set(write.intent.id, { write, state: 'sent' });
    return new Set(accepted.map((write) => write.intent.id));
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    await Promise.resolve();
    if (this.failsAt === 'settle') throw new Error('the database does not answer');
    for (const settlement of settlements) {
      const row = this.writes.get(settlement.id);
      if (row?.state !== 'sent') throw new Error(`a write that is ${row?.state ?? 'not there'} was settled`);
      row.state = settlement.state;
      row.settlement = settlement;
    }
  }

  async park(letters: readonly NewDeadLetter[]): Promise<void> {
    await Promise.resolve();
    if (this.failsAt === 'park') throw new Error('the database does not answer');
    this.letters.push(...letters);
  }

  /** states counts the writes by state. */
  states(): Partial<Record<WriteState, number>> {
    const counts: Partial<Record<WriteState, number>> = {};
    for (const { state } of this.writes.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** stateOf is the state of the last write of a source record. */
  stateOf(sourceId: string): WriteState | undefined {
    return [...this.writes.values()].findLast(({ write }) => write.intent.sourceId === sourceId)?.state;
  }
}

/** WriterUnderTest is a writer and all that it works with. */
export interface WriterUnderTest {
  readonly writer: BatchWriter;
  readonly system: FakeSystem;
  readonly ledger: FakeLedger;
  readonly trouble: TroubleBox;
  /** addAll adds writes as the planner does: after the end of what is under way for the same record. */
  addAll(writes: readonly PlannedWrite[]): Promise<void>;
}

/** writerUnderTest makes a writer of a fake system and a fake ledger. */
export function writerUnderTest(options: Partial<BatchWriterOptions> & { readonly fake?: FakeSystemOptions } = {}): WriterUnderTest {
  const { fake, ...rest } = options;
  const system = new FakeSystem({ batchSize: 100, ...fake });
  const ledger = new FakeLedger();
  const trouble = new TroubleBox();
  const noFollowUps: FollowUps = { adopt: async () => undefined, readAgain: async () => undefined };
  const writer = new BatchWriter({
    connector: system, object: 'member', targetObject: 7, sendWithinMs: 60_000, ledger, followUps: noFollowUps, trouble, concurrency: 4, signal: new AbortController().signal, isolate: false, ...rest,
  });
  return {
    writer, system, ledger, trouble,
    addAll: async (writes) => {
      for (const write of writes) {
        await writer.settledFor(write.intent.sourceId);
        await writer.add(write);
      }
    },
  };
}

/** sourceIds are so many ids of source records. */
export function sourceIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `c${at + 1}`);
}
