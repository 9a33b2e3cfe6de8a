import { v7 as uuidv7 } from 'uuid';
import type { Page, SourceRecord } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { RemovalRule } from '../../src/contracts/sync-definition.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import { changedFields } from '../../src/domain/changed-fields.js';
import { baseValues, linkSource, lookUp, unlink, type KnownRecord } from '../../src/store/crosswalk.js';
import { park, resolveLetters, type NewDeadLetter } from '../../src/store/dead-letters.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import { markSeen } from '../../src/store/seen.js';
import { badRecordLetter, mappingLetter } from './dead-letter.js';
import { KeyMatcher } from './key-matcher.js';
import type { OpenPage } from './page-tracker.js';
import type { RecordWriter } from './record-writer.js';
import { removalWrite } from './removals.js';
import type { RunContext } from './run-context.js';

/** MappedSource is a source record together with the values it gives at the target. */
export interface MappedSource {
  readonly record: SourceRecord;
  readonly values: JsonObject;
  readonly fingerprint: string;
  readonly keys: readonly StrongKeyValue[];
}

/** PagePlanner decides what each record of a page comes to, and hands the writes on. */
export class PagePlanner {
  private waitsForAPerson: ReadonlySet<string> = new Set();
  private readonly matcher: KeyMatcher;

  constructor(private readonly context: RunContext, private readonly writer: RecordWriter, signal: AbortSignal) {
    this.matcher = new KeyMatcher(context, signal);
  }

  /** prepare loads what holds for all pages of a window. */
  async prepare(): Promise<void> {
    this.waitsForAPerson = await recordsWithUnknownOutcome(this.context.database, this.context.scope.syncNumber);
  }

  /** plan works through one page. */
  async plan(page: Page, open: OpenPage): Promise<void> {
    const { database, scope, run } = this.context;
    const records = [...new Map(page.records.map((record) => [record.id, record])).values()];
    open.count({ read: records.length + page.bad.length });
    // A record that changes while it is read comes twice; the later one must see what the earlier one wrote.
    for (const record of records) await this.writer.settledFor(record.id);
    const ids = records.map((record) => record.id);
    const [known] = await Promise.all([
      lookUp(database, scope, ids),
      run.place.sinceMs === undefined && run.mode !== 'plan' ? markSeen(database, run.id, ids) : undefined,
    ]);
    const outcome = new PageOutcome(known);
    for (const { position, reason, data } of page.bad) outcome.letters.push(badRecordLetter(position, reason, data));
    for (const record of records) this.sort(record, outcome);
    await this.planKnown(outcome, open);
    await this.planNew(outcome, open);
    await this.store(outcome, open);
    open.planned();
  }

  private sort(record: SourceRecord, outcome: PageOutcome): void {
    const { sync, mapper } = this.context;
    const known = outcome.known.get(record.id);
    if (this.waitsForAPerson.has(record.id) || known?.sourceState === 'unlinked') return outcome.ignore();
    if (record.deleted) return outcome.remove(known, sync.onDelete, 'deleted at the source');
    if (!mapper.inScope(record.data)) return outcome.ignore();
    if (record.inactive && sync.onInactive === 'ignore') return outcome.ignore();
    if (record.inactive && sync.onInactive === 'archive') return outcome.remove(known, 'archive', 'inactive at the source');
    const mapped = mapper.map(record.data);
    if (!mapped.ok) return void outcome.letters.push(mappingLetter(record, mapped.problems));
    const source = { record, values: mapped.values, fingerprint: mapper.fingerprint(mapped.values), keys: mapper.keys(mapped.values) };
    if (known === undefined || known.targetId === null) return void outcome.unmatched.push(source);
    if (known.fingerprint === source.fingerprint) return outcome.unchanged(known, this.context.run.id);
    outcome.changed.push({ source, known });
  }

  private async planKnown(outcome: PageOutcome, open: OpenPage): Promise<void> {
    const { database, scope, sync, mapper } = this.context;
    const entities = [...outcome.changed, ...outcome.removed].map(({ known }) => known.entityId);
    const bases = await baseValues(database, scope.syncNumber, entities);
    for (const { known, rule, reason } of outcome.removed) {
      const write = removalWrite(rule, known, open, reason, bases.get(known.entityId));
      if (write !== undefined) await this.hand(write, open);
      else if (rule === 'unlink') outcome.unlinked.push(known.sourceId);
      else outcome.ignore();
    }
    for (const { source, known } of outcome.changed) {
      const base = bases.get(known.entityId) ?? {};
      const restored = known.sourceState === 'gone';
      const after = restored ? source.values : changedFields(base, source.values);
      if (Object.keys(after).length === 0) {
        outcome.agreed.push({ sourceId: source.record.id, entityId: known.entityId, version: source.record.version, fingerprint: source.fingerprint });
        continue;
      }
      const before = Object.fromEntries(Object.keys(after).map((field) => [field, base[field] ?? null]));
      const oldKeys = mapper.keys(base);
      await this.hand({
        page: open, payload: source.record.data, conflicts: 0, keys: source.keys,
        droppedKeys: oldKeys.filter((old) => !source.keys.some((key) => key.kind === old.kind && key.value === old.value)),
        intent: {
          id: uuidv7(), entityId: known.entityId, sourceId: source.record.id, sourceVersion: source.record.version, externalId: known.targetId, kind: 'update',
          reason: restored ? `restored at the source of ${sync.sync}` : 'changed at the source', before, after, fingerprint: source.fingerprint, expectedVersion: known.targetVersion,
        },
      }, open);
    }
  }

  private async planNew(outcome: PageOutcome, open: OpenPage): Promise<void> {
    for (const match of await this.matcher.match(outcome.unmatched, open)) {
      if (match.kind === 'write') await this.hand(match.write, open);
      else if (match.kind === 'linked') outcome.agreed.push(match.link);
      else outcome.duplicates.push(match.letter);
    }
  }

  private async hand(write: Parameters<RecordWriter['add']>[0], open: OpenPage): Promise<void> {
    open.expect(1);
    await this.writer.add(write);
  }

  private async store(outcome: PageOutcome, open: OpenPage): Promise<void> {
    const { database, scope, run } = this.context;
    const good = outcome.resolved;
    open.count({
      unchanged: outcome.unchangedCount + outcome.agreed.length, ignored: outcome.ignored, unlinked: outcome.unlinked.length,
      parked: outcome.letters.length, duplicates: outcome.duplicates.length,
    });
    if (run.mode === 'plan') return;
    await park(database, scope, [...outcome.letters, ...outcome.duplicates]);
    await linkSource(database, scope, run.id, outcome.agreed);
    await unlink(database, scope, outcome.unlinked);
    await resolveLetters(database, scope.syncNumber, [...good, ...outcome.agreed.map((link) => link.sourceId)]);
  }
}

/** PageOutcome collects what the records of a page come to. */
class PageOutcome {
  readonly letters: NewDeadLetter[] = [];
  readonly duplicates: NewDeadLetter[] = [];
  readonly unmatched: MappedSource[] = [];
  readonly changed: { readonly source: MappedSource; readonly known: KnownRecord }[] = [];
  readonly removed: { readonly known: KnownRecord; readonly rule: RemovalRule; readonly reason: string }[] = [];
  readonly agreed: Parameters<typeof linkSource>[3][number][] = [];
  readonly unlinked: string[] = [];
  readonly resolved: string[] = [];
  unchangedCount = 0;
  ignored = 0;

  constructor(readonly known: ReadonlyMap<string, KnownRecord>) {}

  ignore(): void {
    this.ignored += 1;
  }

  remove(known: KnownRecord | undefined, rule: RemovalRule, reason: string): void {
    if (known === undefined) this.ignore();
    else this.removed.push({ known, rule, reason });
  }

  unchanged(known: KnownRecord, runId: string): void {
    // After a crash the page is read again: what this run has written already is counted from the ledger.
    if (known.lastRunId !== runId) this.unchangedCount += 1;
    if (known.openLetter) this.resolved.push(known.sourceId);
  }
}
