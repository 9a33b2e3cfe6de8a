import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import { park, type NewDeadLetter } from '../../src/store/dead-letters.js';
import { separationKey, separations } from '../../src/store/identity-separations.js';
import { joinPairs, sharedKeys, type SharedKey } from '../../src/store/pair-joins.js';
import { refusalOf, refuse } from '../../src/store/plan-refusals.js';
import { readPairs, settlePairs, type Pair, type PairSide } from '../../src/store/pairs.js';
import { duplicateLetter, quarantinedLetter } from '../sync/dead-letter.js';
import type { SideFinder } from './side-finder.js';
import type { TwoWayContext } from './two-way-context.js';

/** Paired is what pairing left of a batch: pairs to go on with, as they are now. */
export interface Paired {
  readonly pairs: readonly Pair[];
  readonly duplicates: number;
}

/**
 * Pairing is the duplicate guard of a two-way sync: a record known on one side only is compared by its strong keys with
 * the records of the other side before it is made there, and two that are the same become one pair. A record whose keys
 * another record of its own side carries already is parked.
 */
export class Pairing {
  constructor(private readonly context: TwoWayContext, private readonly finder: SideFinder) {}

  /** pair joins what belongs together among the pairs of a batch with all others. */
  async pair(batch: readonly Pair[]): Promise<Paired> {
    const { database, scope, neededForNew } = this.context.towards.target;
    // Without what they are matched by or need, they could not be told from those that are there.
    if (neededForNew.length > 0) return this.setAsideNew(batch, neededForNew);
    const gone = new Set<string>();
    const separated = await separations(database, scope);
    const joined: string[] = [];
    const letters: Record<PairSide, NewDeadLetter[]> = { source: [], target: [] };
    const aside: Pair[] = [];
    for (const side of ['source', 'target'] as const) {
      const single = batch.filter((pair) => !gone.has(pair.entityId) && !joined.includes(pair.entityId) && isSingle(pair, side));
      await this.finder.lookUp(side, single);
      const shared = await sharedKeys(database, scope, side, single.map(({ entityId }) => entityId));
      const others = await readPairs(database, scope.syncNumber, [...new Set(shared.map(({ otherEntityId }) => otherEntityId))]);
      for (const pair of single) {
        if (gone.has(pair.entityId)) continue;
        const match = this.match(pair, side, shared.filter(({ entityId, otherEntityId }) => entityId === pair.entityId && !areSeparated(separated, pair, others.get(otherEntityId))), others, gone);
        // Twins at the target are none of this sync's business while it makes nothing of them.
        if (match?.kind === 'duplicate' && (side === 'source' || this.context.createsBoth)) {
          letters[side].push(duplicateLetter(recordOf(pair, side), match.otherId, match.by));
          aside.push(pair);
        }
        if (match?.kind !== 'join') continue;
        const [source, target] = side === 'source' ? [pair, match.other] : [match.other, pair];
        const into = await joinPairs(database, scope, { entityId: source.entityId, id: source.source.id ?? '' }, target.entityId);
        for (const entityId of [source.entityId, target.entityId]) if (entityId !== into) gone.add(entityId);
        gone.add(target.entityId);
        joined.push(into);
      }
    }
    await this.setAside(letters, aside);
    const now = await readPairs(database, scope.syncNumber, [...batch.map(({ entityId }) => entityId), ...joined]);
    const setAside = new Set(aside.map(({ entityId }) => entityId));
    return { pairs: [...now.values()].filter(({ entityId }) => !setAside.has(entityId)), duplicates: aside.length };
  }

  private async setAsideNew(batch: readonly Pair[], needed: readonly string[]): Promise<Paired> {
    const of = (side: PairSide): readonly Pair[] => (side === 'source' || this.context.createsBoth ? batch.filter((pair) => isSingle(pair, side)) : []);
    const letters = (side: PairSide): NewDeadLetter[] => of(side).map((pair) => quarantinedLetter(recordOf(pair, side), needed));
    await this.setAside({ source: letters('source'), target: letters('target') }, batch.filter(isNew));
    return { pairs: batch.filter((pair) => !isNew(pair)), duplicates: 0 };
  }

  private async setAside(letters: Readonly<Record<PairSide, readonly NewDeadLetter[]>>, aside: readonly Pair[]): Promise<void> {
    for (const side of ['source', 'target'] as const) {
      const { database, scope, run } = this.context.towards[side === 'source' ? 'target' : 'source'];
      if (run.mode === 'plan') await refuse(database, run.id, letters[side].map((letter) => refusalOf(letter, scope.sourceObject)));
      else await park(database, scope, letters[side]);
    }
    const { database, scope, run } = this.context.towards.target;
    if (run.mode !== 'plan') await settlePairs(database, scope.syncNumber, aside.map(({ entityId, stamp }) => ({ entityId, stamp, agreed: {} })));
  }

  private match(pair: Pair, side: PairSide, shared: readonly SharedKey[], others: ReadonlyMap<string, Pair>, gone: ReadonlySet<string>): Match | undefined {
    const keys = this.context.keys(pair[side].values);
    const opposite = side === 'source' ? 'target' : 'source';
    for (const key of keys) {
      const candidates = shared.filter((each) => each.kind === key.kind && each.value === key.value).flatMap((each) => {
        const other = others.get(each.otherEntityId);
        return other === undefined || gone.has(other.entityId) || this.contradicts(key, keys, other, each.otherSide) ? [] : [{ other, at: each.otherSide }];
      });
      const free = candidates.find(({ other, at }) => at === opposite && isSingle(other, opposite));
      if (free !== undefined) return { kind: 'join', other: free.other };
      // Of two new records of one side that are the same, the one with the smaller id is synced and the other waits.
      const twin = candidates.find(({ other, at }) => at === side && other[side].state === 'live' && (other[opposite].state !== 'absent' || (other[side].id ?? '') < (pair[side].id ?? '')));
      if (twin !== undefined) return { kind: 'duplicate', otherId: twin.other[side].id ?? '', by: key.kind };
      const taken = candidates.find(({ other, at }) => at === opposite && other[opposite].state === 'live' && other[side].state !== 'absent' && other[side].id !== null);
      if (taken !== undefined) return { kind: 'duplicate', otherId: taken.other[side].id ?? '', by: key.kind };
    }
    return undefined;
  }

  // Colleagues share a switchboard's number: as long as a stronger key differs, the shared one does not make them one.
  private contradicts(sharedKey: StrongKeyValue, keys: readonly StrongKeyValue[], other: Pair, otherSide: PairSide): boolean {
    const stronger = keys.slice(0, keys.findIndex(({ kind, value }) => kind === sharedKey.kind && value === sharedKey.value));
    const theirs = this.context.keys(other[otherSide].values);
    return stronger.some((key) => theirs.some(({ kind, value }) => kind === key.kind && value !== key.value));
  }
}

type Match =
  | { readonly kind: 'join'; readonly other: Pair }
  | { readonly kind: 'duplicate'; readonly otherId: string; readonly by: string };

function isNew(pair: Pair): boolean {
  return isSingle(pair, 'source') || isSingle(pair, 'target');
}

/** isSingle says whether only one side has a record of a pair, and that side a live one. */
export function isSingle(pair: Pair, side: PairSide): boolean {
  const opposite = side === 'source' ? 'target' : 'source';
  return pair[side].state === 'live' && pair[opposite].state === 'absent';
}

// What a person has said are two is not joined, however many keys the two share.
function areSeparated(separated: ReadonlySet<string>, one: Pair, other: Pair | undefined): boolean {
  if (other === undefined) return false;
  const [source, target] = one.source.id === null ? [other, one] : [one, other];
  return source.source.id !== null && target.target.id !== null && separated.has(separationKey(source.source.id, target.target.id));
}

function recordOf(pair: Pair, side: PairSide) {
  const { id, version, atMs, values } = pair[side];
  return { id: id ?? '', version, updatedAtMs: atMs, deleted: false, inactive: false, data: values };
}
