import { defaultStrategyRule, type StrategyRule } from '../../contracts/strategy.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import { intervalMs, sweptMs } from '../../schedules/desired-schedule.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions } from '../../store/definitions.js';
import { latestMeasures, sweepStates, type MeasureRow } from '../../store/realtime-measures.js';

/** SyncStrategy is how the changes of one type of data are carried over, as declared and as measured. */
export interface SyncStrategy {
  readonly sync: string;
  readonly from: string;
  readonly to: string;
  readonly realtime: boolean;
  /** How often changes are read as declared, and now, milliseconds; null: not by themselves. */
  readonly baseMs: number | null;
  readonly everyMs: number | null;
  readonly fullRead: SyncDefinition['when']['fullRead'] | null;
  /** Null where sweeps stay as declared. */
  readonly rule: StrategyRule | null;
  /** Why sweeps come more often than declared, and since when; null where they do not. */
  readonly tightened: { readonly reason: string; readonly since: Date } | null;
  /** The newest measure; null before the first. */
  readonly measure: (Pick<MeasureRow, 'announced' | 'missed' | 'p50Ms' | 'p95Ms' | 'at'> & { readonly loss: number | null }) | null;
}

/** readStrategy reads the strategy of every sync in force. */
export async function readStrategy(database: Database): Promise<SyncStrategy[]> {
  const [states, measures] = [await sweepStates(database), await latestMeasures(database)];
  return (await activeDefinitions(database, 'sync')).map(({ name, body }) => {
    const baseMs = intervalMs(body.when) ?? null;
    const state = states.find(({ sync }) => sync === name);
    const tightMs = sweptMs(body, state);
    const measure = measures.find(({ sync }) => sync === name);
    return {
      sync: name, from: `${body.from.system}.${body.from.object}`, to: `${body.to.system}.${body.to.object}`,
      realtime: body.when.realtime, baseMs, everyMs: tightMs ?? baseMs, fullRead: body.when.fullRead ?? null,
      rule: !body.when.realtime || body.strategy === null ? null : body.strategy ?? defaultStrategyRule,
      tightened: tightMs === undefined || state === undefined ? null : { reason: state.reason, since: state.since },
      measure: measure === undefined ? null : { ...measure, loss: measure.announced + measure.missed === 0 ? null : measure.missed / (measure.announced + measure.missed) },
    };
  });
}
