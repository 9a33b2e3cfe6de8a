import type { Page, SourceRecord } from '../../src/contracts/connector.js';
import { newId } from '../../src/store/new-id.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import { parseFieldPath } from '../../src/domain/json-pointer.js';
import { compilePlanWrite, type FieldChange, type WriteDecision, type WriteSituation } from '../../src/domain/plan-write.js';
import { baseValues, linkSource, lookUp, unlink, type KnownRecord } from '../../src/store/crosswalk.js';
import { park, resolveLetters, type NewDeadLetter } from '../../src/store/dead-letters.js';
import { storeReviews, supersedeReviews, type NewReview } from '../../src/store/identity-reviews.js';
import { storePreviewedProblems } from '../../src/store/letter-previews.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import { refusalOf, refuse } from '../../src/store/plan-refusals.js';
import { rememberBirths, strangers } from '../../src/store/record-births.js';
import { rememberHeld } from '../../src/store/drift-held.js';
import { markSeen } from '../../src/store/seen.js';
import { badRecordLetter, mappingLetter, quarantinedLetter, strangerLetter, unansweredLetter } from './dead-letter.js';
import { KeyMatcher } from './key-matcher.js';
import { lostKeys } from './lost-keys.js';
import type { OpenPage } from './page-tracker.js';
import type { PlannedWrite } from './planned-write.js';
import type { RecordWriter } from './record-writer.js';
import { removalWrite } from './removals.js';
import type { RunContext } from './run-context.js';

/** MappedSource is a source record together with the values it gives at the target. */
export interface MappedSource {
  readonly record: SourceRecord;
  readonly values: JsonObject;
  readonly fingerprint: string;
  readonly keys: readonly StrongKeyValue[];
  /** The entity that the record stands for by what other syncs know; null where nobody knows it. */
  readonly entityId: string | null;
}

const reasons: Readonly<Record<string, string>> = {
  changed: 'changed at the source', 'active-again': 'back at the source', 'base-unknown': 'first compared with the target',
};

/** PagePlannerOptions says what is special about a planner. */
export interface PagePlannerOptions {
  /** Records whose writes come to nothing each time they are sent. */
  readonly unanswered?: ReadonlySet<string>;
  /** Only decides, and stores nothing of it. */
  readonly leavesNoTrace?: boolean;
}

/** PagePlanner decides what each record of a page comes to, and hands the writes on. */
export class PagePlanner {
  private waitsForAPerson: ReadonlySet<string> = new Set();
  private readonly unanswered: ReadonlySet<string>;
  private readonly leavesNoTrace: boolean;
  private readonly matcher: KeyMatcher;
  private readonly decide: (situation: WriteSituation) => WriteDecision;

  constructor(private readonly context: RunContext, private readonly writer: RecordWriter, signal: AbortSignal, { unanswered = new Set(), leavesNoTrace = false }: PagePlannerOptions = {}) {
    this.unanswered = unanswered;
    this.leavesNoTrace = leavesNoTrace;
    const { fields, onDelete, onInactive } = context.sync;
    this.matcher = new KeyMatcher(context, signal);
    this.decide = compilePlanWrite({ fields: fields.map((field) => field.to), onDelete, onInactive });
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
    const births = records.flatMap(({ id, born }) => (born === undefined ? [] : [{ id, born }]));
    const [known, strange] = await Promise.all([
      lookUp(database, scope, ids),
      strangers(database, scope.sourceObject, births),
      run.place.tracksSeen === true ? markSeen(database, run.id, ids) : undefined,
    ]);
    // A person who has a letter tried again, or looks ahead at that, takes the record for the same one.
    const accepted = run.mode === 'redrive' || (run.mode === 'plan' && run.place.selection !== undefined);
    // Of a record that was never linked nothing has to be kept apart: then the newest holds.
    const isStranger = ({ id }: { readonly id: string }): boolean => !accepted && strange.has(id) && known.has(id);
    if (!this.leavesNoTrace && run.mode !== 'plan') await rememberBirths(database, scope.sourceObject, births.filter((birth) => !isStranger(birth)));
    const outcome = new PageOutcome(known);
    for (const bad of page.bad) outcome.letters.push(badRecordLetter(bad));
    for (const record of records) {
      if (isStranger(record)) outcome.letters.push(strangerLetter(record, strange.get(record.id) ?? ''));
      else this.sort(record, outcome);
    }
    await this.planKnown(outcome, open);
    await this.planNew(outcome, open);
    await this.store(outcome, open);
    open.planned();
  }

  private sort(record: SourceRecord, outcome: PageOutcome): void {
    const { sync, mapper, neededForNew } = this.context;
    const known = outcome.known.get(record.id);
    if (this.waitsForAPerson.has(record.id)) return outcome.ignore();
    if (known?.sourceState === 'unlinked') return outcome.ignore(record.id);
    if (this.unanswered.has(record.id)) return void outcome.letters.push(unansweredLetter(record));
    const flags = { deleted: record.deleted, inactive: record.inactive, inScope: record.deleted || mapper.inScope(record.data) };
    if (record.deleted || !flags.inScope || (record.inactive && sync.onInactive !== 'sync')) {
      // A record that an undo has brought back stays until the source has it again.
      if (known === undefined || known.sourceState === 'kept') return outcome.ignore(record.id);
      return void outcome.linked.push({ known, flags, source: { record, values: {}, fingerprint: '', keys: [], entityId: known.entityId } });
    }
    const mapped = mapper.map(record.data);
    if (!mapped.ok) return void outcome.letters.push(mappingLetter(record, mapped.problems));
    const source = { record, values: mapped.values, fingerprint: mapper.fingerprint(mapped.values), keys: mapper.keys(mapped.values), entityId: known?.entityId ?? null };
    // A record whose making was undone is not made again before it changes at the source.
    if (known?.sourceState === 'gone' && known.fingerprint === source.fingerprint) return outcome.ignore();
    if ((known === undefined || known.targetId === null) && neededForNew.length > 0) return void outcome.letters.push(quarantinedLetter(record, neededForNew));
    if (known === undefined || known.targetId === null) return void outcome.unmatched.push(source);
    if (known.fingerprint === source.fingerprint && known.sourceState !== 'gone') return outcome.unchanged(known, this.context.run.id);
    outcome.linked.push({ known, flags, source });
  }

  private async planKnown(outcome: PageOutcome, open: OpenPage): Promise<void> {
    const { database, scope } = this.context;
    const bases = await baseValues(database, scope.syncNumber, outcome.linked.map(({ known }) => known.entityId));
    for (const { known, flags, source } of outcome.linked) {
      const base = bases.get(known.entityId);
      const link = { archived: known.sourceState === 'gone', ...(base === undefined ? {} : { base }), ...(known.fingerprint === null ? {} : { fingerprint: known.fingerprint }) };
      const decision = this.decide({ values: source.values, record: flags, fingerprint: source.fingerprint, link });
      if (decision.kind === 'archive' || decision.kind === 'delete') {
        const write = removalWrite(decision.kind, known, open, `${decision.reason} at the source`, base);
        if (write === undefined) outcome.ignore(known.sourceId);
        else await this.hand(write, open);
      } else if (decision.kind === 'unlink') {
        if (known.targetId === null) outcome.ignore(known.sourceId);
        else outcome.unlinked.push(known.sourceId);
      } else if (decision.kind === 'skip') {
        if (decision.reason === 'unchanged') outcome.agreed.push({ sourceId: source.record.id, entityId: known.entityId, version: source.record.version, fingerprint: source.fingerprint });
        else outcome.ignore(known.sourceId);
      } else if ('changes' in decision) {
        await this.hand(this.updateWrite(source, known, base ?? {}, decision.changes, decision.reason, open), open);
      }
    }
  }

  private updateWrite(source: MappedSource, known: KnownRecord, base: JsonObject, changes: readonly FieldChange[], reason: string, open: OpenPage): PlannedWrite {
    // Members are sent whole: a system that replaces nested objects must not lose the part that stayed the same.
    const members = [...new Set(changes.map(({ field }) => parseFieldPath(field)[0] ?? field))];
    const pick = (values: JsonObject): JsonObject => Object.fromEntries(members.map((member) => [member, values[member] ?? null]));
    return {
      page: open, payload: source.record.data, conflicts: 0, keys: source.keys,
      droppedKeys: lostKeys(this.context.mapper.keys(base), source.keys),
      intent: {
        id: newId(), entityId: known.entityId, sourceId: source.record.id, sourceVersion: source.record.version, externalId: known.targetId, kind: 'update',
        reason: reasons[reason] ?? reason, before: pick(base), after: pick(source.values), fingerprint: source.fingerprint, expectedVersion: known.targetVersion,
      },
    };
  }

  private async planNew(outcome: PageOutcome, open: OpenPage): Promise<void> {
    for (const match of await this.matcher.match(outcome.unmatched, open)) {
      if (match.kind === 'write') await this.hand(match.write, open);
      else if (match.kind === 'linked') outcome.agreed.push(match.link);
      else if (match.kind === 'review') outcome.reviews.push(match.reviews);
      else outcome.duplicates.push(match.letter);
    }
  }

  private async hand(write: Parameters<RecordWriter['add']>[0], open: OpenPage): Promise<void> {
    open.expect(1);
    await this.writer.add(write);
  }

  private async store(outcome: PageOutcome, open: OpenPage): Promise<void> {
    const { database, scope, run, held } = this.context;
    const good = outcome.resolved;
    open.count({
      unchanged: outcome.unchangedCount + outcome.agreed.length, ignored: outcome.ignored, unlinked: outcome.unlinked.length,
      parked: outcome.letters.length + outcome.reviews.length, duplicates: outcome.duplicates.length,
    });
    if (this.leavesNoTrace) return;
    if (run.mode === 'plan') {
      const leftOut = [...outcome.letters, ...outcome.duplicates];
      await refuse(database, run.id, leftOut.map((letter) => refusalOf(letter, scope.sourceObject)));
      if (run.place.selection !== undefined) await storePreviewedProblems(database, run.id, leftOut);
      return;
    }
    await rememberHeld(database, scope.syncNumber, held, [...outcome.linked.map(({ known }) => known.sourceId), ...outcome.unmatched.map(({ record }) => record.id)]);
    await park(database, scope, [...outcome.letters, ...outcome.duplicates]);
    await linkSource(database, scope, run.id, outcome.agreed);
    await unlink(database, scope, outcome.unlinked);
    await this.storeQuestions(outcome);
    // A letter that is tried again has come to its end as well when the sync has nothing to do for its record any more.
    const closed = run.place.selection === undefined ? [] : [...outcome.notOurs, ...outcome.unlinked];
    await resolveLetters(database, scope.syncNumber, [...good, ...outcome.agreed.map((link) => link.sourceId), ...closed]);
  }

  // A record that is linked now, or resembles another than before, needs no answer to the questions asked before.
  private async storeQuestions({ unmatched, reviews }: PageOutcome): Promise<void> {
    const { database, scope, sync } = this.context;
    if (sync.score === undefined) return;
    await supersedeReviews(database, scope.syncNumber, unmatched.map(({ record }) => record.id), reviews.flat());
    await storeReviews(database, scope, reviews.flat());
  }
}

/** PageOutcome collects what the records of a page come to. */
class PageOutcome {
  readonly letters: NewDeadLetter[] = [];
  readonly duplicates: NewDeadLetter[] = [];
  readonly unmatched: MappedSource[] = [];
  readonly linked: { readonly known: KnownRecord; readonly flags: WriteSituation['record']; readonly source: MappedSource }[] = [];
  readonly agreed: Parameters<typeof linkSource>[3][number][] = [];
  readonly unlinked: string[] = [];
  /** Questions, by the record that waits for their answers. */
  readonly reviews: (readonly NewReview[])[] = [];
  readonly resolved: string[] = [];
  readonly notOurs: string[] = [];
  unchangedCount = 0;
  ignored = 0;

  constructor(readonly known: ReadonlyMap<string, KnownRecord>) {}

  /** ignore counts a record that nothing is done for; with its id where that is the end of the matter. */
  ignore(sourceId?: string): void {
    this.ignored += 1;
    if (sourceId !== undefined) this.notOurs.push(sourceId);
  }

  unchanged(known: KnownRecord, runId: string): void {
    // After a crash the page is read again: what this run has written already is counted from the ledger.
    if (known.lastRunId !== runId) this.unchangedCount += 1;
    if (known.openLetter) this.resolved.push(known.sourceId);
  }
}
