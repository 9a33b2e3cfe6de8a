import { settleWith, type Settlement } from '../../src/store/ledger.js';
import { applyWrites, type PairSide } from '../../src/store/pairs.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { recoverOpenWrites } from '../sync/open-write-recovery.js';
import type { TwoWayContext } from './two-way-context.js';

/** settlePairWrites closes writes to one side in the ledger and carries them over to their pairs, in one transaction. */
export async function settlePairWrites(context: TwoWayContext, side: PairSide, settlements: readonly Settlement[]): Promise<void> {
  const { database, scope } = context.towards[side];
  const acknowledged = settlements.filter(({ state }) => state === 'acknowledged').map(({ id }) => id);
  await settleWith(database, settlements, (client) => applyWrites(client, scope, side, acknowledged));
}

/** recoverBothWays finds out what became of open writes to either side; returns the records whose writes were not executed. */
export async function recoverBothWays(context: TwoWayContext, heartbeat: Heartbeat): Promise<Readonly<Record<PairSide, readonly string[]>>> {
  const recover = (side: PairSide): Promise<readonly string[]> => recoverOpenWrites(
    context.towards[side], heartbeat.signal, (probed) => heartbeat.report({ phase: 'probing lost answers', probed }), (settlements) => settlePairWrites(context, side, settlements),
  );
  return { target: await recover('target'), source: await recover('source') };
}
