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
  /** Short number of the target's object. */
  readonly targetObject: number;
  readonly ledger: WriteLedger;
  readonly followUps: FollowUps;
  readonly trouble: TroubleBox;
  readonly concurrency: number;
  /** How long after its intent a request may still be sent, milliseconds. */
  readonly sendWithinMs: number;
  readonly signal: AbortSignal;
  /** On the last attempt every record is sent alone, so that the one that cannot be written is found and parked. */
  readonly isolate: boolean;
}

/** After so many failures in a row it is the system that is ill and not the records: at first, and once it has answered well. */
const ISOLATED_FAILURES = { atFirst: 5, afterSuccess: 50 };

interface Answered {
  readonly write: PlannedWrite;
  readonly result: WriteResult;
}

/** BatchWriter collects planned writes into batches, sends several batches at once, and settles each in the ledger. */
export class BatchWriter implements RecordWriter {
  private readonly waiting = new Map<WriteKind, PlannedWrite[]>();
  private readonly running = new Set<Promise<void>>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly queue: (() => void)[] = [];
  private sending = 0;
  private successes = 0;
  private failuresInARow = 0;
  private fault: { readonly error: unknown } | undefined;

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
    this.throwFault();
  }

  /** settledFor waits until no write for a source record is under way here. */
  async settledFor(sourceId: string): Promise<void> {
    if ([...this.waiting.values()].some((batch) => batch.some((write) => write.intent.sourceId === sourceId))) this.flush();
    // An answer may lead to another write for the same record, so look again each time.
    for (let task = this.underWay.get(sourceId); task !== undefined; task = this.underWay.get(sourceId)) await task;
    this.throwFault();
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
      if (this.mayBegin()) this.flush();
      else this.waiting.clear();
      if (this.running.size === 0) break;
      await Promise.all(this.running);
    }
    this.throwFault();
  }

  private mayBegin(): boolean {
    return this.options.trouble.current() === undefined && this.fault === undefined;
  }

  private throwFault(): void {
    if (this.fault !== undefined) throw this.fault.error;
  }

  private batchSize(kind: WriteKind): number {
    return this.options.isolate ? 1 : Math.max(1, this.options.connector.batchSize(this.options.object, kind));
  }

  private start(batch: readonly PlannedWrite[]): void {
    // Kept, since nobody may be waiting when it fails; whoever adds, waits or drains next is told.
    const fail = (error: unknown): void => { this.fault ??= { error }; };
    const task = this.inTurn(() => this.send(batch)).catch(fail).finally(() => {
      this.running.delete(task);
      for (const write of batch) if (this.underWay.get(write.intent.sourceId) === task) this.underWay.delete(write.intent.sourceId);
    });
    this.running.add(task);
    for (const write of batch) this.underWay.set(write.intent.sourceId, task);
  }

  // Rests of batches and follow-ups come on top of the batches that add has let in; they keep to the limit as well.
  private async inTurn(task: () => Promise<void>): Promise<void> {
    while (this.sending >= this.options.concurrency) await new Promise<void>((resolve) => { this.queue.push(resolve); });
    this.sending += 1;
    try {
      await task();
    } finally {
      this.sending -= 1;
      this.queue.shift()?.();
    }
  }

  private async send(batch: readonly PlannedWrite[]): Promise<void> {
    if (!this.mayBegin()) return;
    const recorded = new Set<string>();
    let refusedByLedger = false;
    let ledgerFault: { readonly error: unknown } | undefined;
    const results = await this.options.connector.write(this.options.object, batch.map(writeItem), this.options.signal, async (positions) => {
      const fresh = positions.flatMap((position) => batch[position] ?? []).filter((write) => !recorded.has(write.intent.id));
      if (fresh.length === 0) return true; // A repeat after a 429: the intent stands.
      const begunAt = Date.now();
      const accepted = await this.options.ledger.intend(fresh).catch((error: unknown) => {
        ledgerFault = { error };
        throw error;
      });
      for (const id of accepted) recorded.add(id);
      // Whoever took over from a process that was frozen here waits for the settle time and then believes nothing was sent.
      const inTime = Date.now() - begunAt < this.options.sendWithinMs;
      if (accepted.size === fresh.length && inTime) return true;
      refusedByLedger = true;
      return false;
    });
    if (refusedByLedger) {
      this.options.trouble.report({ kind: 'busy', system: this.options.connector.system, message: 'Another write for one of these records is still open.', retryAfterMs: null });
    }
    const answered = batch.flatMap((write, position) => {
      const result = results[position];
      return result === undefined ? [] : [{ write, result }];
    });
    // A result without an intent says why nothing was sent: of this record no request can be made, or the window has to stop.
    const isBegun = ({ write, result }: Answered): boolean => recorded.has(write.intent.id) || result.outcome === 'park';
    // What our own ledger did not take is no fault of the system, and uses up none of its attempts.
    const wasCalledOff = ({ result }: Answered): boolean => (refusedByLedger || ledgerFault !== undefined) && result.outcome === 'retry';
    for (const answer of answered) if (!isBegun(answer) && !wasCalledOff(answer)) this.reportTrouble(answer.result);
    await this.settle(answered.filter(isBegun), recorded, wasCalledOff);
    if (ledgerFault !== undefined) throw ledgerFault.error;
  }

  private async settle(answered: readonly Answered[], recorded: ReadonlySet<string>, wasCalledOff: (answer: Answered) => boolean): Promise<void> {
    const made = new Set<string>();
    const judged = answered.map((answer) => ({ ...answer, verdict: wasCalledOff(answer) ? { kind: 'postpone' as const } : this.judge(answer, made) }));
    const letters = judged.flatMap(({ write, result, verdict }) => (verdict.kind === 'park' ? [deadLetter(write, result, verdict.code)] : []));
    await this.options.ledger.park(letters);
    await this.options.ledger.settle(judged.filter(({ write }) => recorded.has(write.intent.id)).flatMap(({ write, result, verdict }) => this.settlement(write, result, verdict)));
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

  private judge({ write, result }: Answered, made: Set<string>): WriteVerdict {
    const verdict = writeVerdict(write.intent.kind, result, write.conflicts);
    if (verdict.kind === 'acknowledge') {
      this.successes += 1;
      this.failuresInARow = 0;
      // A system that finds records by itself may answer two creates with one and the same record; only one source can have it.
      if (write.intent.kind === 'create' && result.id !== null && made.has(result.id)) return { kind: 'adopt' };
      if (result.id !== null) made.add(result.id);
    }
    if (verdict.kind !== 'postpone' && verdict.kind !== 'probe' && verdict.kind !== 'give-up') return verdict;
    this.failuresInARow += 1;
    const enough = this.successes > 0 ? ISOLATED_FAILURES.afterSuccess : ISOLATED_FAILURES.atFirst;
    const oneRecordOnly = this.options.isolate && result.outcome === 'retry' && this.failuresInARow < enough && !this.options.signal.aborted;
    if (oneRecordOnly) return { kind: 'park', code: 'retries-exhausted' };
    this.reportTrouble(result);
    return verdict;
  }

  private settlement(write: PlannedWrite, result: WriteResult, verdict: WriteVerdict): Settlement[] {
    // A change keeps to the record that it named, even where the answer names another, into which that one was merged.
    const { intent, keys, droppedKeys } = write;
    const externalId = intent.kind === 'create' ? result.id : intent.externalId;
    const base = { id: intent.id, entityId: intent.entityId, targetObject: this.options.targetObject, keys, droppedKeys, externalId, version: result.version };
    switch (verdict.kind) {
      case 'acknowledge':
        return [{ ...base, state: 'acknowledged', message: null }];
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

  private reportTrouble(result: WriteResult): void {
    this.options.trouble.report({ kind: troubleKind(result.outcome), system: this.options.connector.system, message: result.message, retryAfterMs: result.retryAfterMs });
  }
}

function writeItem({ intent }: PlannedWrite): WriteItem {
  return { kind: intent.kind, id: intent.externalId, fields: intent.after, expectedVersion: intent.expectedVersion, idempotencyKey: intent.id };
}

function deadLetter(write: PlannedWrite, result: WriteResult, code: string): NewDeadLetter {
  const { intent } = write;
  return {
    sourceId: intent.sourceId,
    sourceVersion: intent.sourceVersion,
    stage: 'write',
    code,
    errorFingerprint: errorFingerprint(`${code} ${result.status ?? ''} ${result.message}`),
    message: withAnswer(result),
    problems: [],
    payload: write.payload,
    request: { kind: intent.kind, id: intent.externalId, fields: intent.after },
    responseExcerpt: result.excerpt,
  };
}

/** How much of the target's own words is shown with a dead letter; all that was kept of them is in its excerpt. */
const SHOWN_ANSWER = 200;

// Only the target knows what it dislikes about a record, so its words belong into the sentence that people read first.
function withAnswer({ message, excerpt }: WriteResult): string {
  return excerpt === null ? message : `${message}: ${excerpt.slice(0, SHOWN_ANSWER)}`;
}
