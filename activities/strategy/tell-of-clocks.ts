import os from 'node:os';
import type { Database } from '../../src/store/database.js';
import { measureClock, takeUntoldClocks } from '../../src/store/clocks.js';
import { newId } from '../../src/store/new-id.js';
import { recordNotification } from '../../src/store/notifications.js';

/** tellOfClocks measures this worker's clock, and stores what people are told of clocks that have come to be apart; gives the notifications. */
export async function tellOfClocks(database: Database): Promise<string[]> {
  await measureClock(database, `worker on ${os.hostname()}`);
  const told: string[] = [];
  for (const { clock, aheadMs } of await takeUntoldClocks(database)) {
    const id = newId();
    await recordNotification(database, {
      id, severity: 'warning', department: null, channels: [], title: `The clock of the ${clock} is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's`,
      body: 'Webhooks that are five minutes off are refused, and "latest" cannot tell which change came last. Set both clocks by NTP; the next sweep finds what was missed.', groupKey: `clock/${clock}`, link: null,
    });
    told.push(id);
  }
  return told;
}
