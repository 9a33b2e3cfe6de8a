import type { Connector, WriteItem, WriteKind, WriteResult } from '../../src/contracts/connector.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import type { NewDeadLetter } from '../../src/store/dead-letters.js';
import type { Settlement } from '../../src/store/ledger.js';
import type { PlannedWrite } from './planned-write.js';
import type { RecordWriter } from './record-writer.js';
import { troubleKind, type TroubleBox } from './trouble.js';
import { writeVerdict, type WriteVerdict } from './write-outcome.js';

/** WriteLedger is what the writer needs of the ledger. */
export interface WriteLedger {
  /** intend records the changes and returns the ids of those that may be sent. */
  intend(writes: readonly PlannedWrite[]): Promise<Set<string>>;
  /** settle closes writes; those acknowledged move the crosswalk with them. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  park(letters: readonly NewDeadLetter[]): Promise<void>;
}

/** FollowUps turn an answer into another write for the same record, or end it: then they return undefined. */
export interface FollowUps {
  adopt(write: PlannedWrite, existingId: string | null): Promise<PlannedWrite | undefined>;
  readAgain(write: PlannedWrite): Promise<PlannedWrite | undefined>;
}

/** BatchWriterOptions is what a writer works with. */
export interface BatchWriterOptions {
  readonly connector: Connector;
  readonly object: string;
  readonly ledger: WriteLedger;
  readonly followUps: FollowUps;
  readonly trouble: TroubleBox;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** On the last attempt every record is sent alone, so that the one that cannot be written is found and parked. */
  readonly isolate: boolean;
}

/** After so many failures in a row without one success, it is the system that is ill and not the records. */
const ISOLATED_FAILURES = 5;

/** BatchWriter collects planned writes into batches, sends several batches at once, and settles each in the ledger. */
export class BatchWriter implements RecordWriter {
  private readonly waiting = new Map<WriteKind, PlannedWrite[]>();
  private readonly running = new Set<Promise<void>>();
  private readonly underWay = new Map<string, Promise<void>>();
  private successes = 0;
  private failuresInARow = 0;

  constructor(private readonly options: BatchWriterOptions) {}

  /** add takes a write on; it waits while too many batches are under way. */
  async add(write: PlannedWrite): Promise<void> {
    const { kind } = write.intent;
    const batch = this.waiting.get(kind) ?? [];
    batch.push(write);
    this.waiting.set(kind, batch);
    if (batch.length >= this.batchSize(kind)) {
      this.waiting.delete(kind);
      this.start(batch);
    }
    while (this.running.size >= this.options.concurrency) await Promise.race(this.running);
  }

  /** settledFor waits until no write for a source record is under way here. */
  async settledFor(sourceId: string): Promise<void> {
    if ([...this.waiting.values()].some((batch) => batch.some((write) => write.intent.sourceId === sourceId))) this.flush();
    // An answer may lead to another write for the same record, so look again each time.
    for (let task = this.underWay.get(sourceId); task !== undefined; task = this.underWay.get(sourceId)) await task;
  }

  /** flush sends what waits for its batch to fill. */
  flush(): void {
    const batches = [...this.waiting.values()];
    this.waiting.clear();
    for (const batch of batches) this.start(batch);
  }

  /** drain waits until nothing is under way; writes that were not begun are dropped when there is trouble. */
  async drain(): Promise<void> {
    for (;;) {
      if (this.options.trouble.current() === undefined) this.flush();
      else this.waiting.clear();
      if (this.running.size === 0) return;
      await Promise.all(this.running);
    }
  }

  private batchSize(kind: WriteKind): number {
    return this.options.isolate ? 1 : Math.max(1, this.options.connector.batchSize(this.options.object, kind));
  }

  private start(batch: readonly PlannedWrite[]): void {
    const task = this.send(batch).finally(() => {
      this.running.delete(task);
      for (const write of batch) if (this.underWay.get(write.intent.sourceId) === task) this.underWay.delete(write.intent.sourceId);
    });
    this.running.add(task);
    for (const write of batch) this.underWay.set(write.intent.sourceId, task);
    task.catch(() => undefined); // Seen by drain and by add; a promise nobody awaits yet must not end the process.
  }

  private async send(batch: readonly PlannedWrite[]): Promise<void> {
    if (this.options.trouble.current() !== undefined) return;
    const recorded = new Set<string>();
    let refusedByLedger = false;
    const results = await this.options.connector.write(this.options.object, batch.map(writeItem), this.options.signal, async (positions) => {
      const fresh = positions.flatMap((position) => batch[position] ?? []).filter((write) => !recorded.has(write.intent.id));
      if (fresh.length === 0) return true; // A repeat after a 429: the intent stands.
      const accepted = await this.options.ledger.intend(fresh);
      for (const id of accepted) recorded.add(id);
      if (accepted.size === fresh.length) return true;
      refusedByLedger = true;
      return false;
    });
    if (refusedByLedger) {
      this.options.trouble.report({ kind: 'busy', system: this.options.connector.system, message: 'Another write for one of these records is still open.', retryAfterMs: null });
    }
    await this.settle(batch.flatMap((write, position) => {
      const result = results[position];
      return result !== undefined && recorded.has(write.intent.id) ? [{ write, result }] : this.notBegun(result);
    }));
  }

  // A result without an intent can only say that nothing was sent; whatever it says is why the window has to stop.
  private notBegun(result: WriteResult | undefined): [] {
    if (result !== undefined && result.outcome !== 'ok') this.reportTrouble(result);
    return [];
  }

  private async settle(answered: readonly { readonly write: PlannedWrite; readonly result: WriteResult }[]): Promise<void> {
    const judged = answered.map((answer) => ({ ...answer, verdict: this.judge(answer.write, answer.result) }));
    const letters = judged.flatMap(({ write, result, verdict }) => (verdict.kind === 'park' ? [deadLetter(write, result, verdict.code)] : []));
    await this.options.ledger.park(letters);
    await this.options.ledger.settle(judged.flatMap(({ write, result, verdict }) => settlement(write, result, verdict)));
    for (const { write, result, verdict } of judged) {
      if (verdict.kind === 'acknowledge') write.page.settled(1);
      if (verdict.kind === 'park') {
        write.page.count({ parked: 1 });
        write.page.settled(1);
      }
      if (verdict.kind === 'adopt') await this.follow(write, this.options.followUps.adopt(write, result.id));
      if (verdict.kind === 'read-again') await this.follow(write, this.options.followUps.readAgain(write));
    }
  }

  private async follow(write: PlannedWrite, next: Promise<PlannedWrite | undefined>): Promise<void> {
    const followUp = await next;
    if (followUp === undefined) write.page.settled(1);
    else this.start([followUp]);
  }

  private judge(write: PlannedWrite, result: WriteResult): WriteVerdict {
    const verdict = writeVerdict(write.intent.kind, result, write.conflicts);
    if (verdict.kind === 'acknowledge') {
      this.successes += 1;
      this.failuresInARow = 0;
    }
    if (verdict.kind !== 'postpone' && verdict.kind !== 'probe' && verdict.kind !== 'give-up') return verdict;
    this.failuresInARow += 1;
    const oneRecordOnly = this.options.isolate && result.outcome === 'retry' && (this.successes > 0 || this.failuresInARow < ISOLATED_FAILURES);
    if (oneRecordOnly) return { kind: 'park', code: 'retries-exhausted' };
    this.reportTrouble(result);
    return verdict;
  }

  private reportTrouble(result: WriteResult): void {
    this.options.trouble.report({ kind: troubleKind(result.outcome), system: this.options.connector.system, message: result.message, retryAfterMs: result.retryAfterMs });
  }
}

function writeItem({ intent }: PlannedWrite): WriteItem {
  return { kind: intent.kind, id: intent.externalId, fields: intent.after, expectedVersion: intent.expectedVersion, idempotencyKey: intent.id };
}

function settlement(write: PlannedWrite, result: WriteResult, verdict: WriteVerdict): Settlement[] {
  const base = { id: write.intent.id, externalId: result.id ?? write.intent.externalId, version: result.version, keys: [], droppedKeys: [] };
  switch (verdict.kind) {
    case 'acknowledge':
      return [{ ...base, state: 'acknowledged', message: null, keys: write.keys, droppedKeys: write.droppedKeys }];
    case 'park':
      return [{ ...base, externalId: write.intent.externalId, state: 'refused', message: result.message }];
    case 'probe':
      return [];
    case 'adopt':
    case 'read-again':
    case 'postpone':
    case 'give-up':
      return [{ ...base, externalId: write.intent.externalId, state: 'not-executed', message: result.message }];
  }
}

function deadLetter(write: PlannedWrite, result: WriteResult, code: string): NewDeadLetter {
  const { intent } = write;
  return {
    sourceId: intent.sourceId,
    stage: 'write',
    code,
    errorFingerprint: errorFingerprint(`${code} ${result.status ?? ''} ${result.message}`),
    message: result.message,
    problems: [],
    payload: write.payload,
    request: { kind: intent.kind, id: intent.externalId, fields: intent.after },
    responseExcerpt: result.excerpt,
  };
}
