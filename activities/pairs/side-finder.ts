import type { SourceRecord } from '../../src/contracts/connector.js';
import { unflatten } from '../../src/domain/merge/flat-values.js';
import type { Pair, PairSide } from '../../src/store/pairs.js';
import { sight } from './sight.js';
import type { TwoWayContext } from './two-way-context.js';

/** How many questions are asked at once; the system's own budget holds them back further. */
const AT_ONCE = 16;

/**
 * SideFinder asks a system for a record before one is made there: what was made there since it was last read completely
 * would be made a second time. What it finds is taken into the pairs.
 */
export class SideFinder {
  constructor(private readonly context: TwoWayContext, private readonly signal: AbortSignal) {}

  /** lookUp asks the side opposite to `side` for the records of single pairs. */
  async lookUp(side: PairSide, single: readonly Pair[]): Promise<void> {
    const opposite = side === 'source' ? 'target' : 'source';
    const { run } = this.context.towards.target;
    // A side that this run has read completely has just been seen; a plan asks nothing that a run would not, and applying one reads no side.
    if (run.mode !== 'apply' && run.place.sides?.[opposite].sinceMs === undefined) return;
    for (let first = 0; first < single.length; first += AT_ONCE) {
      const found = await Promise.all(single.slice(first, first + AT_ONCE).map((pair) => this.find(opposite, pair, side)));
      await sight(this.context, opposite, found.flat());
    }
  }

  private async find(opposite: PairSide, pair: Pair, side: PairSide): Promise<readonly SourceRecord[]> {
    const towards = this.context.towards[opposite];
    if (towards.target.object.find === undefined) return [];
    const values = opposite === 'target' ? unflatten(pair[side].values) : this.backValues(pair);
    const question = values === undefined ? undefined : towards.mapper.findBy(towards.target.object, values);
    if (question === undefined) return [];
    const records = await towards.target.connector.find(towards.target.objectName, question.field, question.value, this.signal);
    return records.filter(({ data }) => towards.mapper.answers(question, data));
  }

  private backValues(pair: Pair) {
    const back = this.context.back(pair.target.values);
    return back.ok ? back.values : undefined;
  }
}
