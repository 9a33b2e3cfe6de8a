import type { JsonObject } from '../../src/contracts/json.js';
import { newId } from '../../src/store/new-id.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import { changedFields } from '../../src/domain/changed-fields.js';
import { claimEntity } from '../../src/store/entities.js';
import { adopt, baseValues, keyHolders, linkHolder, type KeyHolder, type linkSource } from '../../src/store/crosswalk.js';
import type { NewDeadLetter } from '../../src/store/dead-letters.js';
import type { NewReview } from '../../src/store/identity-reviews.js';
import { separationKey, separations } from '../../src/store/identity-separations.js';
import { duplicateLetter } from './dead-letter.js';
import { lostKeys } from './lost-keys.js';
import type { MappedSource } from './page-planner.js';
import type { OpenPage } from './page-tracker.js';
import type { PlannedWrite } from './planned-write.js';
import type { RunContext } from './run-context.js';
import { ScoredMatcher, scoreInWords, type ScoredVerdict } from './scored-matcher.js';

/** Match is what a record without a link came to. */
export type Match =
  | { readonly kind: 'write'; readonly write: PlannedWrite }
  | { readonly kind: 'linked'; readonly link: Parameters<typeof linkSource>[3][number] }
  | { readonly kind: 'duplicate'; readonly letter: NewDeadLetter }
  | { readonly kind: 'review'; readonly reviews: readonly NewReview[] };

/**
 * KeyMatcher is the duplicate guard: a record without a link is compared by its strong keys with what the target has
 * and with what this window is about to make, before anything is made.
 */
export class KeyMatcher {
  /** Keys of records that are being made, and the source record each belongs to. */
  private readonly claimed = new Map<string, MappedSource>();
  /** Entities that a record is being linked to, and that record's id: another may find the same one by another key. */
  private readonly taken = new Map<string, string>();

  private readonly scored: ScoredMatcher | undefined;
  /** Pairs that a person has said are two, loaded at the first use. */
  private separated: Promise<ReadonlySet<string>> | undefined;

  constructor(private readonly context: RunContext, private readonly signal: AbortSignal) {
    const { score } = context.sync;
    this.scored = score === undefined ? undefined : new ScoredMatcher(context, score);
  }

  /** match decides for records without a live link, in their order. */
  async match(sources: readonly MappedSource[], page: OpenPage): Promise<readonly Match[]> {
    if (sources.length === 0) return [];
    const { database, scope } = this.context;
    const holders = await keyHolders(database, scope, sources.flatMap((source) => source.keys));
    await this.askTarget(sources, holders);
    const bases = await baseValues(database, scope.syncNumber, holders.map((holder) => holder.entityId));
    const separated = await (this.separated ??= separations(database, scope));
    const matches: Match[] = [];
    for (const source of sources) matches.push(await this.decide(source, holders, bases, separated, page));
    return this.scored === undefined ? matches : this.compareStrangers(this.scored, sources, matches, separated, page);
  }

  // What would be made is compared with what the target has; the keys it has claimed stay its own.
  private async compareStrangers(scored: ScoredMatcher, sources: readonly MappedSource[], matches: readonly Match[], separated: ReadonlySet<string>, page: OpenPage): Promise<readonly Match[]> {
    const { database, scope } = this.context;
    const strangers = sources.filter((_, place) => isCreate(matches[place]));
    const verdicts = await scored.judge(strangers, separated);
    const bases = await baseValues(database, scope.syncNumber, [...verdicts.values()].flatMap(({ found }) => found.map(({ candidate }) => candidate.entityId)));
    const decided: Match[] = [];
    for (const [place, match] of matches.entries()) {
      const source = sources[place];
      const verdict = source === undefined || !isCreate(match) ? undefined : verdicts.get(source.record.id);
      decided.push(source === undefined || verdict === undefined ? match : await this.heed(verdict, source, bases, page));
    }
    return decided;
  }

  // Two records of one page may resemble the same one: the second waits for a person.
  private async heed({ kind, found }: ScoredVerdict, source: MappedSource, bases: Awaited<ReturnType<typeof baseValues>>, page: OpenPage): Promise<Match> {
    const [best] = found;
    const takenBy = best === undefined ? undefined : this.taken.get(best.candidate.entityId);
    if (kind === 'link' && best !== undefined && (takenBy === undefined || takenBy === source.record.id)) {
      const { entityId, targetId, targetVersion } = best.candidate;
      this.taken.set(entityId, source.record.id);
      const holder = { entityId: await this.claimEntity(source, { entityId, formerSourceId: null }), targetId, targetVersion };
      return this.link(source, holder, bases.get(entityId) ?? {}, scoreInWords(best.pair), page);
    }
    return {
      kind: 'review',
      reviews: found.map(({ candidate, pair }) => ({
        sourceId: source.record.id, targetId: candidate.targetId, entityId: candidate.entityId, probability: pair.probability,
        reasons: pair.reasons.map(({ bits, text }) => ({ bits, text })), sourceValues: source.values, targetValues: bases.get(candidate.entityId) ?? {},
      })),
    };
  }

  private async decide(source: MappedSource, holders: readonly KeyHolder[], bases: Awaited<ReturnType<typeof baseValues>>, separated: ReadonlySet<string>, page: OpenPage): Promise<Match> {
    const { record } = source;
    for (const key of source.keys) {
      const claimant = this.claimed.get(keyText(key));
      if (claimant !== undefined && claimant.record.id !== record.id && !contradicts(key, source.keys, claimant.keys)) {
        return { kind: 'duplicate', letter: duplicateLetter(record, claimant.record.id, key.kind) };
      }
      for (const holder of holders) {
        const base = bases.get(holder.entityId) ?? {};
        if (holder.targetId !== null && separated.has(separationKey(record.id, holder.targetId))) continue;
        if (!sameKey(holder, key) || !isHeld(holder) || contradicts(key, source.keys, this.context.mapper.keys(base))) continue;
        const other = this.taken.get(holder.entityId) ?? holder.otherSourceId;
        if (other !== null && other !== record.id) return { kind: 'duplicate', letter: duplicateLetter(record, other, key.kind) };
        if (holder.targetId === null) continue;
        this.claim(source);
        this.taken.set(holder.entityId, record.id);
        return this.link(source, { ...holder, targetId: holder.targetId, entityId: await this.claimEntity(source, holder) }, base, `the target had a record with the same ${holder.kind}`, page);
      }
    }
    this.claim(source);
    return { kind: 'write', write: this.plannedWrite(source, page, { entityId: source.entityId ?? newId(), externalId: null, before: null, after: filled(source.values), reason: 'new at the source', version: null }) };
  }

  // Two records that are strangers to everybody else need no claim: the link itself joins them.
  private async claimEntity({ record, entityId }: MappedSource, holder: Pick<KeyHolder, 'entityId' | 'formerSourceId'>): Promise<string> {
    if ((entityId === null && holder.formerSourceId === null) || this.context.run.mode === 'plan') return holder.entityId;
    return claimEntity(this.context.database, this.context.scope, record.id, holder.entityId);
  }

  private link(source: MappedSource, holder: Pick<KeyHolder, 'entityId' | 'targetVersion'> & { readonly targetId: string }, base: MappedSource['values'], reason: string, page: OpenPage): Match {
    const after = changedFields(base, source.values);
    const { record, fingerprint } = source;
    if (Object.keys(after).length === 0) return { kind: 'linked', link: { sourceId: record.id, entityId: holder.entityId, version: record.version, fingerprint } };
    const before = Object.fromEntries(Object.keys(after).map((field) => [field, base[field] ?? null]));
    return {
      kind: 'write',
      write: this.plannedWrite(source, page, {
        entityId: holder.entityId, externalId: holder.targetId, before, after, reason, version: holder.targetVersion,
      }),
    };
  }

  // The index of the target is as old as the last complete read; a record made there since then would be made twice.
  private async askTarget(sources: readonly MappedSource[], holders: KeyHolder[]): Promise<void> {
    const { target, mapper, run, database, scope } = this.context;
    if (target.object.find === undefined || run.place.indexed === true || run.mode === 'plan') return;
    const strangers = sources.filter((source) => !source.keys.some((key) => holders.some((holder) => sameKey(holder, key) && isHeld(holder))));
    await Promise.all(strangers.map(async (source) => {
      const question = mapper.findBy(target.object, source.values);
      if (question === undefined) return;
      for (const found of await target.connector.find(target.objectName, question.field, question.value, this.signal)) {
        const values = mapper.project(found.data);
        const keys = mapper.keys(values);
        const holder = await linkHolder(database, scope, found.id);
        const entityId = holder?.entityId ?? newId();
        if (holder === undefined) await adopt(database, scope, [{ id: found.id, version: found.version, entityId, values, keys }]);
        for (const key of keys) holders.push({ ...key, entityId, targetId: found.id, targetVersion: found.version, otherSourceId: holder?.otherSourceId ?? null, formerSourceId: holder?.formerSourceId ?? null });
      }
    }));
  }

  private claim(source: MappedSource): void {
    for (const key of source.keys) if (!this.claimed.has(keyText(key))) this.claimed.set(keyText(key), source);
  }

  private plannedWrite(
    source: MappedSource,
    page: OpenPage,
    plan: { readonly entityId: string; readonly externalId: string | null; readonly before: PlannedWrite['intent']['before']; readonly after: MappedSource['values']; readonly reason: string; readonly version: string | null },
  ): PlannedWrite {
    return {
      page, payload: source.record.data, conflicts: 0, keys: source.keys, droppedKeys: lostKeys(this.context.mapper.keys(plan.before ?? {}), source.keys),
      intent: {
        id: newId(), entityId: plan.entityId, sourceId: source.record.id, sourceVersion: source.record.version, externalId: plan.externalId,
        kind: plan.externalId === null ? 'create' : 'update', reason: plan.reason, before: plan.before, after: plan.after, fingerprint: source.fingerprint, expectedVersion: plan.version,
      },
    };
  }
}

function isCreate(match: Match | undefined): boolean {
  return match?.kind === 'write' && match.write.intent.kind === 'create';
}

// Many systems refuse an explicit null in a new record; a field that is left out is as empty.
function filled(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

// The keys of a record that was deleted stay behind, with nobody who holds them.
function isHeld({ targetId, otherSourceId }: KeyHolder): boolean {
  return targetId !== null || otherSourceId !== null;
}

function sameKey(left: StrongKeyValue, right: StrongKeyValue): boolean {
  return left.kind === right.kind && left.value === right.value;
}

/**
 * Says whether two records that share a key differ in a stronger one. Colleagues share a switchboard's number and
 * families a telephone: as long as their e-mail addresses differ, the number alone does not make them one.
 */
function contradicts(shared: StrongKeyValue, ours: readonly StrongKeyValue[], theirs: readonly StrongKeyValue[]): boolean {
  const stronger = ours.slice(0, ours.findIndex((key) => sameKey(key, shared)));
  return stronger.some((key) => theirs.some((other) => other.kind === key.kind && other.value !== key.value));
}

function keyText({ kind, value }: StrongKeyValue): string {
  return `${kind}\n${value}`;
}
